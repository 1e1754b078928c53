// A model on Lambda. First: pulumi package add ../../components (elsewhere the address of that folder).
import * as spot from "@spot-inference/spot-inference";

const models = new spot.ModelBucket("models", {
  models: ["../../model_artifacts/gpa_to_sat"],
  forceDestroy: true,
});
const logins = new spot.ApiCredentials("logins", { users: ["anna"], recoveryWindowDays: 0 });
const image = new spot.InferenceImage("app", { forceDelete: true });
const scores = new spot.ApiGatewayLambda("scores", {
  imageUri: image.imageUri,
  memory: 512,
  application: {
    models: models.models,
    defaultModel: "gpa_to_sat",
    modelBucketArn: models.bucketArn,
    signingKeysArn: logins.signingKeysArn,
    usersArn: logins.usersArn,
  },
});

export const url = scores.url;
export const login = logins.loginCommand;
