"""What the page does, whatever it looks like."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.app.support.environment import PASSWORD

from .service import digit_png, manifest, run_lines
from .visit import Visit


def the_keyboard_alone_is_enough(visit: Visit) -> None:
    visit.open()
    press = visit.page.keyboard.press
    for text in ("demo", PASSWORD):  # the first field has the focus
        visit.page.keyboard.type(text)
        press("Tab")
    press("Enter")
    visit.page.wait_for_selector("#workbench:not([hidden])")
    press("Tab")
    while visit.page.evaluate("() => document.activeElement.name") != "model":
        press("Tab")
    for _ in range(10):
        if visit.page.evaluate("() => document.activeElement.value") == "gpa_to_sat":
            break
        press("ArrowDown")
    visit.page.wait_for_function("() => document.querySelector('#card code')?.textContent === 'gpa_to_sat'")
    press("Tab")
    press("Control+a")
    visit.page.keyboard.type("3")
    press("Enter")
    visit.page.wait_for_selector("#result.fresh")
    assert visit.text("#answer strong") == "1763.0868"
    reached = set()
    for _ in range(40):
        press("Tab")
        reached.add(visit.page.evaluate("() => document.activeElement.textContent.trim()"))
    assert {"Predict", "Another example", "Copy", "Use this row"} <= reached


def an_expired_token_asks_for_the_password_and_keeps_the_form(visit: Visit) -> None:
    visit.refusals = {401}
    visit.enter()
    visit.choose("gpa_to_sat")
    visit.field("gpa").fill("1.25")
    bearer = {"authorization": f"Bearer {visit.service.expired_token()}"}
    visit.page.route(
        "**/predict", lambda route: route.continue_(headers={**route.request.headers, **bearer}), times=1
    )
    visit.page.click("#predict")
    visit.page.wait_for_selector("#again[open]")
    visit.check_access()
    visit.page.fill("#again-password", "wrong")
    visit.page.click("#again button[type=submit]")
    visit.page.wait_for_function("() => document.querySelector('#again-problem').textContent !== ''")
    assert visit.text("#again-problem") == "The username or the password is wrong"
    visit.page.fill("#again-password", PASSWORD)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#result.fresh")
    assert visit.field("gpa").input_value() == "1.25"
    assert visit.text("#answer strong").startswith("1323.77")


def not_now_keeps_the_form_too(visit: Visit) -> None:
    visit.refusals = {401}
    visit.enter()
    visit.choose("gpa_to_sat")
    visit.field("gpa").fill("1.25")
    bearer = {"authorization": f"Bearer {visit.service.expired_token()}"}
    visit.page.route("**/predict", lambda route: route.continue_(headers={**route.request.headers, **bearer}))
    visit.page.click("#predict")
    visit.page.wait_for_selector("#again[open]")
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_function("() => document.querySelector('#form-problem').textContent !== ''")
    assert visit.text("#form-problem").startswith("The token is not valid")
    assert visit.field("gpa").input_value() == "1.25"


def a_wrong_password_says_so(visit: Visit) -> None:
    visit.refusals = {401}
    visit.open()
    visit.log_in("wrong")
    visit.page.wait_for_function("() => document.querySelector('#login-problem').textContent !== ''")
    assert visit.text("#login-problem") == "The username or the password is wrong"
    visit.check_access()


def the_token_is_kept_nowhere_and_a_logout_forgets_it(visit: Visit) -> None:
    visit.enter()
    assert visit.page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    visit.page.click("#logout")
    assert visit.page.is_visible("#login")
    visit.page.reload()
    assert visit.page.is_visible("#login")


def copied_lines_give_the_same_answer(visit: Visit) -> None:
    visit.enter()
    visit.page.check("#with-token")
    for model in ("flight_delay", "people", "digits"):
        visit.choose(model)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "drawing.png").write_bytes(digit_png(0))
            answers = [
                run_lines(program, visit.page.inner_text(f".snippet:nth-child({place}) code"), Path(folder))
                for place, program in ((1, "curl"), (2, "python"))
            ]
        assert answers[0] == answers[1]
        assert answers[0]["model"] == model
        visit.predict()
        assert f"= {answers[0]['prediction'][0]}" in visit.text("#answer .detail")


def the_nearest_examples_follow_the_form(visit: Visit) -> None:
    visit.enter()
    assert visit.text(".examples li .same") == "your row"
    visit.field("carrier").select_option(label="B6")
    assert "differs: " in (visit.page.text_content(".examples > li") or "")
    visit.page.click(".examples > li:nth-child(2) button")
    answered = visit.text(".examples > li:first-child .answered strong")
    assert visit.text(".examples > li:first-child .same") == "your row"
    assert visit.predict() == answered


def every_kind_of_input_has_its_control(visit: Visit) -> None:
    visit.refusals = {400}
    visit.enter()
    visit.choose("people")
    visit.predict()
    kinds = visit.page.eval_on_selector_all(
        "#fields label", "(labels) => labels.map((label) => label.control.localName)"
    )
    assert set(kinds) == {"input", "select"}
    visit.field("age").fill("old")
    visit.page.click("#predict")
    visit.page.wait_for_selector("[aria-invalid=true]")
    assert visit.text(".problem:not([hidden]):not(:empty)").endswith('expected, "old" came')
    visit.field("age").fill("")
    visit.page.click("#predict")
    visit.page.wait_for_function("() => /is missing/.test(document.querySelector('#fields').textContent)")
    visit.choose("signal")
    visit.predict()


def a_digit_can_be_drawn(visit: Visit) -> None:
    visit.enter()
    visit.choose("digits")
    visit.page.get_by_role("button", name="Clear").click()
    box = visit.page.locator(".pad canvas").bounding_box()
    assert box
    mouse = visit.page.mouse
    middle = box["x"] + box["width"] / 2
    mouse.move(middle, box["y"] + 4)
    mouse.down()
    mouse.move(middle, box["y"] + box["height"] - 4, steps=12)
    mouse.up()
    assert visit.predict() == "1"


def nothing_moves_by_itself(visit: Visit) -> None:
    visit.page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries())"
        " if (!entry.hadRecentInput) window.shift += entry.value; })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    visit.enter()
    visit.predict()
    visit.choose("digits")
    visit.predict()
    assert visit.page.evaluate("() => window.shift") < 0.01
    visit.page.emulate_media(reduced_motion="reduce")
    assert (
        visit.page.evaluate("() => getComputedStyle(document.querySelector('.fill')).transitionDuration")
        == "0s"
    )


def a_link_names_a_model(visit: Visit) -> None:
    visit.open("/#gpa_to_sat")
    visit.log_in()
    visit.page.wait_for_selector("#workbench:not([hidden])")
    assert visit.text("#model-title") == manifest("gpa_to_sat")["title"]
    assert visit.text("#card dd code.digest") == manifest("gpa_to_sat")["sha256"]


def it_fits_the_narrowest_phone(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 320, "height": 640})
    visit.enter()
    for model in ("flight_delay", "digits", "signal", "people"):
        visit.choose(model)
        visit.check_width()


CHECKS = (
    the_keyboard_alone_is_enough,
    an_expired_token_asks_for_the_password_and_keeps_the_form,
    not_now_keeps_the_form_too,
    a_wrong_password_says_so,
    the_token_is_kept_nowhere_and_a_logout_forgets_it,
    copied_lines_give_the_same_answer,
    the_nearest_examples_follow_the_form,
    every_kind_of_input_has_its_control,
    a_digit_can_be_drawn,
    nothing_moves_by_itself,
    a_link_names_a_model,
    it_fits_the_narrowest_phone,
)
