"""What holds at two widths and in both colour schemes."""

from __future__ import annotations

from .service import as_base64, digit_png, manifest
from .visit import Visit

_DROP = """async ([base64, name]) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "image/png" }));
  const target = document.querySelector(".field.image");
  for (const type of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  }
}"""


def the_first_view_is_accessible(visit: Visit) -> None:
    visit.open()
    assert visit.text("h1") == "Ask a model."
    visit.check_access()
    visit.check_width()


def a_prediction_is_three_clicks_away(visit: Visit) -> None:
    visit.enter()  # one click
    assert visit.predict() == "on time"  # another; the default model was chosen already
    example = manifest("flight_delay")["examples"][0]
    assert visit.text("#answer .detail") == f"delayed = 0, {example['probability'][0] * 100:.1f}\u202f% sure"
    bars = visit.page.eval_on_selector_all(".bars .fill", "(bars) => bars.map((bar) => bar.style.transform)")
    shown = [float(bar.removeprefix("scaleX(").removesuffix(")")) for bar in bars]
    assert [round(share, 6) for share in shown] == [round(share, 6) for share in example["probability"]]
    visit.check_access()
    visit.check_width()


def a_wrong_value_is_marked_with_the_services_words(visit: Visit) -> None:
    visit.refusals = {400}
    visit.enter()
    visit.choose("gpa_to_sat")
    field = visit.field("gpa")
    field.fill("5")
    visit.page.click("#predict")
    visit.page.wait_for_selector("#field-0[aria-invalid=true]")
    described = visit.page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert described.inner_text() == "a number from 0.0 to 4.0 expected, 5 came"
    assert field.evaluate("(field) => document.activeElement === field")
    visit.check_access()
    visit.check_width()
    field.fill("3")
    assert field.get_attribute("aria-invalid") is None
    assert visit.predict() == "1763.0868"


def a_dropped_image_is_read(visit: Visit) -> None:
    visit.enter()
    visit.choose("digits")
    example = next(i for i, row in enumerate(manifest("digits")["examples"]) if row["prediction"] != 0)
    with visit.page.expect_request("**/models/digits/predict") as asked:
        visit.page.evaluate(_DROP, [as_base64(digit_png(example)), "mine.png"])
        visit.page.wait_for_function(
            "() => document.querySelector('#snippets').textContent.includes('mine.png')"
        )
        answered = visit.predict()
    assert asked.value.header_value("content-type") == "image/png"
    assert answered == str(manifest("digits")["examples"][example]["prediction"])
    visit.check_access()
    visit.check_width()


def the_api_page_tries_a_request(visit: Visit) -> None:
    visit.open("/docs")
    visit.page.wait_for_selector(".opblock")
    visit.check_access(best_practices=False)
    visit.log_in()
    operation = "#operations-Predictions-predictBy_flight_delay"
    visit.page.click(f"{operation} .opblock-summary-control")
    with visit.page.expect_response("**/models/flight_delay/predict") as answered:
        visit.page.click(f"{operation} .execute")
    assert answered.value.status == 200
    visit.page.wait_for_selector(f"{operation} .live-responses-table")
    assert '"flight_delay"' in visit.text(f"{operation} .live-responses-table")
    visit.check_access(best_practices=False)
    visit.check_width()


CHECKS = (
    the_first_view_is_accessible,
    a_prediction_is_three_clicks_away,
    a_wrong_value_is_marked_with_the_services_words,
    a_dropped_image_is_read,
    the_api_page_tries_a_request,
)
