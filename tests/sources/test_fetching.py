"""A pull brings every page or nothing, waits as it is asked to, and its token is seen by one host only."""

import base64
import datetime as dt
import gzip
import json
import logging
import re
import runpy
import threading
import tomllib
import traceback
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from helpers.errors import DataError, LockedError, UsageError
from helpers.sources import fetching
from helpers.sources.pulls import filling, recipes, refusing, tokens

fakes = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("fake_server.py"))))
TOKEN, DAYS = fakes.TOKEN, fakes.DAYS
FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 9, 30)
NOW = dt.datetime(2026, 10, 1, 6, 30, tzinfo=dt.UTC)
SETTINGS = {
    "meta": {"account_id": "555000"},
    "google_ads": {"customer_id": "1234567890", "login_customer_id": "9876543210"},
    "ga4": {"property_id": "123456"},
    "salesforce": {"my_domain": "acme"},
    "mailchimp": {"data_center": "us21"},
    "linkedin": {"account_id": "555000"},
}
ROWS_OF = {
    **{f"hubspot_{kind}": f"hubspot {kind}" for kind in ("contacts", "companies", "deals")},
    "salesforce_opportunities": "salesforce Opportunity",
    "salesforce_accounts": "salesforce Account",
    "salesforce_leads": "salesforce Lead",
    "salesforce_stages": "salesforce OpportunityHistory",
}
ALL = recipes.all_recipes()
FORMS = (TOKEN, quote(TOKEN, safe=""), base64.b64encode(f"cmo:{TOKEN}".encode()).decode())


@pytest.fixture
def fake():
    server = fakes.FakeServer()
    yield server
    server.close()


@pytest.fixture
def pull(fake, tmp_path):
    """Fetch a pull from the fake server into a folder, without waiting; `slept` says how long it would have waited."""

    def run(which="meta_insights", recipe=None, **more):
        recipe = recipe or ALL[which]
        days = {"since": FIRST, "until": LAST} if recipe.period == "days" else {}
        given = {
            "settings": SETTINGS.get(recipe.system, {}),
            "label": "2026-09",
            "base_url": fake.url,
            "now": NOW,
            "environment": {recipe.auth.env: TOKEN},
            "sleep": run.slept.append,
            "say": run.said.append,
            **days,
            **more,
        }
        return fetching.fetch(recipe, tmp_path / "raw", **given)

    run.slept, run.said, run.folder = [], [], tmp_path / "raw"
    return run


def saved(made):
    return json.loads(made.path.read_text(encoding="utf-8"))


def rows_in(content, recipe):
    return [row for page in content["pages"] for row in refusing.at(page, recipe.items)]


def changed(name, **tables):
    """A recipe of ours with some keys of its tables changed."""
    given = tomllib.loads((recipes.OWN / f"{name}.toml").read_text(encoding="utf-8"))
    for key, value in tables.items():
        given[key] = given.get(key, {}) | value if isinstance(value, dict) else value
    return recipes.of_values(name, given, f"pulls/{name}.toml")


def refusal(pull, *words, **more):
    """The sentence that a pull is refused with, after a look at all that was left behind: no file, no token."""
    with pytest.raises((DataError, UsageError)) as caught:
        pull(*words, **more)
    told = "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert not any(form in told for form in FORMS)
    assert [path for path in pull.folder.rglob("*") if path.is_file()] == []
    return str(caught.value)


# ---- whole pulls ----


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_recipe_is_pulled_whole_and_its_token_stands_nowhere(name, pull, fake):
    recipe = ALL[name]
    made = pull(name)
    assert made.path == pull.folder / recipe.system / f"{name}_2026-09.json"
    text = made.path.read_text(encoding="utf-8")
    assert not any(form in text for form in FORMS)
    content = json.loads(text)
    expected = fake.rows[ROWS_OF.get(name, recipe.system)]
    if recipe.system == "mailchimp":
        expected = expected[1:]  # the first was sent on the last day of August
    assert rows_in(content, recipe) == expected
    assert (made.n_rows, made.n_pages) == (5, len(content["pages"]))
    assert {key: content[key] for key in content if key not in ("pages", "settings")} == {
        "pull": name,
        "name": name,
        "system": recipe.system,
        "recipe_version": 1,
        "pulled_at": "2026-10-01T06:30:00+00:00",
        "since": "2026-09-01" if recipe.period == "days" else None,
        "until": "2026-09-30" if recipe.period == "days" else None,
    }
    assert content["settings"].items() >= SETTINGS.get(recipe.system, {}).items()
    assert len(fake.asked) == (1 if recipe.paging.kind == "none" else 3)


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_token_goes_into_one_header_and_nowhere_else(name, pull, fake):
    pull(name)
    for asked in fake.asked:
        headers = {key: value for key, value in asked.headers.items() if key != "Authorization"}
        rest = f"{asked.path} {asked.body.decode()} {headers}"
        assert not any(form in rest for form in FORMS)
        assert asked.headers["Authorization"] == (
            fakes.BASIC if ALL[name].auth.style == "basic" else fakes.BEARER
        )


def test_a_token_that_belongs_into_the_query_goes_there_once_on_every_page(pull, fake, monkeypatch):
    monkeypatch.setattr(fake, "real", lambda asked: fakes.meta(fake, asked))
    made = pull(recipe=changed("meta_insights", auth={"style": "query", "parameter": "access_token"}))
    assert made.n_rows == 5
    for asked in fake.asked:
        assert asked.path.count(quote(TOKEN, safe="")) == 1
        assert asked.query["access_token"] == TOKEN
        assert "Authorization" not in asked.headers
    assert not any(form in made.path.read_text() for form in FORMS)


def test_optional_settings_that_are_left_out_take_their_header_with_them(pull, fake):
    pull("google_ads_campaigns")
    pull("google_ads_campaigns", settings={"customer_id": "1234567890"})
    assert [asked.headers.get("login-customer-id") for asked in fake.asked] == ["9876543210", None]


def test_a_pull_of_another_name_uses_the_same_recipe_and_says_both(pull):
    made = pull("meta_insights", name="meta_fr")
    assert made.path.name == "meta_fr_2026-09.json"
    assert (saved(made)["pull"], saved(made)["name"]) == ("meta_insights", "meta_fr")


def test_nothing_to_fetch_is_a_file_without_rows(pull, fake):
    for name in ("meta_insights", "google_ads_campaigns", "ga4_channels", "mailchimp_reports"):
        made = pull(name, since=dt.date(2026, 7, 1), until=dt.date(2026, 7, 31), label="2026-07")
        assert (made.n_rows, rows_in(saved(made), ALL[name])) == (0, [])
    assert len(fake.asked) == 4


def test_a_later_pull_of_the_same_period_takes_the_place_of_the_earlier_one(pull, fake):
    assert pull().replaced is False
    fake.rows = {**fake.rows, "meta": fake.rows["meta"][:1]}
    again = pull()
    assert (again.replaced, again.n_rows) == (True, 1)
    assert len(rows_in(saved(again), ALL["meta_insights"])) == 1
    assert [path.name for path in again.path.parent.iterdir()] == ["meta_insights_2026-09.json"]


# ---- waiting ----


def test_a_busy_server_is_asked_again_after_the_time_that_it_names(pull, fake):
    fake.planned = [(429, {}, {"Retry-After": "7"})]
    assert pull("hubspot_deals").n_rows == 5
    assert pull.slept[0] == 7
    assert len(fake.asked) == 4


def test_the_time_may_be_named_as_a_moment(pull, fake):
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=100)
    fake.planned = [(503, {}, {"Retry-After": later.strftime("%a, %d %b %Y %H:%M:%S GMT")})]
    pull("hubspot_deals")
    assert 90 < pull.slept[0] <= 100
    assert pull.said[0].startswith("hubspot_deals: waiting ")


def test_without_a_time_the_waits_double(pull, fake):
    fake.planned = [(500, {})] * 3
    pull("linkedin_analytics")
    assert pull.slept == [
        15,
        pytest.approx(0.2, abs=0.2),
        30,
        pytest.approx(0.2, abs=0.2),
        60,
        pytest.approx(0.2, abs=0.2),
    ]


def test_a_wait_that_is_too_long_ends_the_pull_with_its_length(pull, fake):
    fake.planned = [(429, {}, {"Retry-After": "3600"})]
    said = refusal(pull, "hubspot_deals")
    assert "It asks to wait 3,600 s, longer than a pull waits (300 s)" in said
    assert pull.slept == []


def test_the_tries_end(pull, fake):
    fake.planned = [(503, {})] * 5
    said = refusal(pull, "hubspot_deals")
    assert said == (
        "hubspot_deals: hubspot answered 503: its server failed. Try again later. It was asked 5 times. Nothing was saved."
    )
    assert len(fake.asked) == 5


def test_calls_are_as_far_apart_as_the_recipe_says(pull, fake):
    pull(recipe=changed("meta_insights", limits={"seconds_between": 1000}))
    assert len(pull.slept) == 2 and all(990 < one <= 1000 for one in pull.slept)


def test_mailchimp_says_too_many_calls_with_a_403_that_is_no_json(pull, fake):
    fake.planned = [(403, b"<html>Forbidden</html>", {"Content-Type": "text/html"})]
    assert pull("mailchimp_reports").n_rows == 5
    assert pull.slept[0] == 10


def test_mailchimp_is_not_asked_for_ever(pull, fake):
    fake.planned = [(403, b"")] * 5
    assert "mailchimp answered 403: too many calls. Try again in some minutes" in refusal(
        pull, "mailchimp_reports"
    )
    assert pull.slept[0::2][:2] == [10, 20]


@pytest.mark.parametrize("code", [4, 17, 613, 80000, 80004])
def test_meta_says_too_many_calls_with_a_400_and_a_code(code, pull, fake):
    fake.planned = [(400, {"error": {"code": code, "message": "(#4) Application request limit reached"}})]
    assert pull().n_rows == 5
    assert pull.slept[0] == 30


# ---- what is refused ----


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("meta_insights", "meta answered 401 (190): the token in META_ACCESS_TOKEN has expired"),
        ("google_ads_campaigns", "google_ads answered 401 (UNAUTHENTICATED): it does not accept the token in GOOGLE_ADS_ACCESS_TOKEN"),
        ("ga4_channels", "ga4 answered 401 (UNAUTHENTICATED): it does not accept the token in GA4_ACCESS_TOKEN"),
        ("hubspot_contacts", "hubspot answered 401 (INVALID_AUTHENTICATION): the token in HUBSPOT_TOKEN is not one of this account"),
        ("salesforce_leads", "salesforce answered 401 (INVALID_SESSION_ID): the session behind the token in SALESFORCE_ACCESS_TOKEN"),
        ("mailchimp_reports", "mailchimp answered 401 (API Key Invalid): the key in MAILCHIMP_API_KEY is not valid"),
        ("linkedin_analytics", "linkedin answered 401 (INVALID_ACCESS_TOKEN): the token in LINKEDIN_ACCESS_TOKEN has expired"),
    ],
)  # fmt: skip
def test_a_token_that_is_not_accepted_is_told_with_what_to_do(name, says, pull):
    said = refusal(pull, name, environment={ALL[name].auth.env: "another-token-9876"})
    assert said.startswith(f"{name}: {says}")
    assert said.endswith(". Nothing was saved.") and "another-token-9876" not in said
    assert len(pull.slept) == 0  # and is not tried again


def google_refusal(code):
    kind = {"errorCode": {"authorizationError": code}, "message": "User anna@example.org may not"}
    return {"error": {"code": 403, "status": "PERMISSION_DENIED", "details": [{"errors": [kind]}]}}


@pytest.mark.parametrize(
    ("name", "status", "answer", "says"),
    [
        ("google_ads_campaigns", 403, [google_refusal("DEVELOPER_TOKEN_NOT_APPROVED")], "approved for test accounts only"),
        ("google_ads_campaigns", 403, google_refusal("CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION"), "test access only"),
        ("google_ads_campaigns", 403, [google_refusal("USER_PERMISSION_DENIED")], "add login_customer_id to the settings"),
        ("google_ads_campaigns", 403, [google_refusal("CUSTOMER_NOT_ENABLED")], "Look at customer_id"),
        ("google_ads_campaigns", 404, b"<html>", "Set api_version to a newer one"),
        ("meta_insights", 400, {"error": {"code": 100, "error_subcode": 1504018}}, "Ask for fewer days at once"),
        ("meta_insights", 403, {"error": {"code": 200}}, "has no role on this ad account"),
        ("meta_insights", 400, {"error": {"code": 2635}}, "meta answered 400 (2635): it does not understand what was asked"),
        ("ga4_channels", 403, {"error": {"status": "PERMISSION_DENIED"}}, "Give that address the role Viewer"),
        ("ga4_channels", 403, {"error": {"details": [{"reason": "SERVICE_DISABLED"}]}}, "is not enabled in the Google Cloud project"),
        ("hubspot_deals", 403, {"category": "MISSING_SCOPES"}, "the private app lacks a scope"),
        ("hubspot_deals", 403, {"category": "anna@example.org has left"}, "hubspot answered 403: the token in HUBSPOT_TOKEN may"),
        ("hubspot_deals", 404, {"category": "OBJECT_NOT_FOUND"}, "there is nothing at this address"),
        ("salesforce_leads", 403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED"}], "calls of the day are used up"),
        ("salesforce_leads", 403, [{"errorCode": "API_DISABLED_FOR_ORG"}], "An administrator can grant API Enabled"),
        ("salesforce_leads", 400, [{"errorCode": "INVALID_FIELD"}], "Extend the recipe with a query of your own"),
        ("mailchimp_reports", 403, {"title": "User Disabled"}, "is disabled"),
        ("mailchimp_reports", 403, {"title": "Forbidden"}, "the token in MAILCHIMP_API_KEY may not read this"),
        ("linkedin_analytics", 403, {"code": "ACCESS_DENIED"}, "lacks r_ads_reporting"),
        ("linkedin_analytics", 426, {"code": "NONEXISTENT_VERSION"}, "Set api_version to a newer one"),
    ],
)  # fmt: skip
def test_a_refusal_of_a_system_is_told_as_what_to_do(name, status, answer, says, pull, fake):
    fake.planned = [(status, answer)]
    said = refusal(pull, name)
    assert says in said
    assert "example.org" not in said  # the system's own words may hold names of people
    assert len(fake.asked) == 1


def test_an_error_in_the_middle_of_a_stream_is_no_result_although_its_status_is_200(pull, fake):
    fake.planned = [(200, [{"results": fake.rows["google_ads"][:2]}, google_refusal("CUSTOMER_NOT_ENABLED")])]
    assert "google_ads answered 200 (CUSTOMER_NOT_ENABLED" in refusal(pull, "google_ads_campaigns")


def test_more_pages_than_allowed_are_refused_and_never_cut(pull, fake):
    said = refusal(pull, recipe=changed("meta_insights", limits={"most_pages": 2}))
    assert said == (
        "meta_insights: there is more after 2 pages, so the result would be cut. Ask for fewer days at once, or raise "
        "most_pages in the recipe. Nothing was saved."
    )
    assert len(fake.asked) == 2
    assert pull(recipe=changed("meta_insights", limits={"most_pages": 3})).n_rows == 5


def test_as_many_rows_as_a_system_gives_at_most_may_be_cut(pull, fake):
    recipe = changed("linkedin_analytics", paging={"full_at": 5})
    assert "linkedin gives 5 rows at most and gave 5, so the result may be cut" in refusal(
        pull, recipe=recipe
    )
    assert pull(recipe=changed("linkedin_analytics", paging={"full_at": 6})).n_rows == 5


def test_fewer_rows_than_the_system_says_are_refused(pull, fake):
    fake.planned = [(200, {"totalSize": 7, "done": True, "records": fake.rows["salesforce Lead"]})]
    said = refusal(pull, "salesforce_leads")
    assert "salesforce says that there are 7 rows and gave 5: something changed meanwhile" in said
    fake.planned = [(200, {"reports": [], "total_items": 3})]
    assert "there are 3 rows and gave 0" in refusal(pull, "mailchimp_reports")


def test_a_cursor_that_comes_again_is_refused(pull, fake):
    pages = [{"results": [{"id": number}], "paging": {"next": {"after": "x"}}} for number in ("1", "2", "3")]
    fake.planned = [(200, page) for page in pages]
    assert "names a page that was had before as the next, without end" in refusal(pull, "hubspot_deals")
    assert len(fake.asked) == 2


def test_the_same_page_under_another_cursor_is_refused(pull, fake):
    fake.planned = [
        (200, {"results": [{"id": "1"}], "paging": {"next": {"after": cursor}}}) for cursor in ("a", "b", "c")
    ]
    assert "hubspot gave the same page twice" in refusal(pull, "hubspot_deals")


def test_a_server_that_dies_in_the_middle_leaves_nothing_and_the_old_file_as_it_was(pull, fake):
    before = pull()
    old = before.path.read_bytes()
    good = fakes.meta(fake, fake.asked[0])
    broken = (200, b'{"data": [', {"Content-Length": "1000", "Connection": "close"})
    fake.planned = [good, *[broken] * 5]
    with pytest.raises(DataError, match="broke off in the middle of its answer.*asked 5 times") as caught:
        pull()
    assert caught.value.__context__ is None
    assert before.path.read_bytes() == old
    assert [path.name for path in before.path.parent.iterdir()] == [before.path.name]


def test_a_server_that_is_not_there_is_told_without_its_address(pull, fake):
    fake.close()
    fake.server.socket.close()
    recipe = changed("meta_insights", auth={"style": "query", "parameter": "access_token"})
    said = refusal(pull, recipe=recipe)
    assert said.startswith("meta_insights: meta cannot be reached, or broke off")
    fake.close = lambda: None


@pytest.mark.parametrize(
    ("status", "target"),
    [(302, "https://evil.example.org/take"), (307, "/crm/v3/objects/contacts"), (301, "//evil.example.org/")],
)
def test_a_redirect_is_never_followed(status, target, pull, fake):
    fake.planned = [(status, b"", {"Location": target})]
    said = refusal(pull, "hubspot_deals")
    host = "evil.example.org" if "evil" in target else "127.0.0.1"
    assert f"sends the call on to another address ({host}); the token was not sent there" in said
    assert len(fake.asked) == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.org/more",
        "//evil.example.org/more",
        "http://127.0.0.1:9/more",
        "http://someone@127.0.0.1/more",
        "no address",
        "http://[broken/",
    ],
)
def test_a_next_page_on_another_host_is_not_asked_for(target, pull, fake):
    fake.planned = [(200, {"data": [{"a": 1}], "paging": {"next": target}})]
    said = refusal(pull)
    assert "names a next page on another host; the token was not sent there" in said
    assert len(fake.asked) == 1


def test_an_answer_that_is_no_json_is_refused(pull, fake):
    for body in (b"<html>Log in</html>", b"", b'{"data": NaN}', b"\xff\xfe", b"[" * 100_000):
        fake.planned = [(200, body)]
        assert "the answer of meta is no JSON. A login page or a proxy may stand in between" in refusal(pull)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("meta_insights", {"rows": []}),
        ("meta_insights", []),
        ("meta_insights", {"data": {"a": 1}}),
        ("google_ads_campaigns", {"results": []}),
        ("google_ads_campaigns", ["x"]),
        ("salesforce_leads", {"records": [], "done": True}),
        ("salesforce_leads", {"records": [], "totalSize": "0"}),
        ("hubspot_deals", {"results": [{"id": "1"}], "paging": {"next": {"after": {}}}}),
    ],
)
def test_an_answer_of_another_shape_is_refused(name, answer, pull, fake):
    fake.planned = [(200, answer)]
    said = refusal(pull, name)
    assert "does not have the shape that the recipe says" in said or "leads to no next page" in said


def test_an_answer_larger_than_the_cap_is_refused(pull, fake):
    fake.planned = [(200, {"results": ["x" * (1 << 20)]})]
    recipe = changed("hubspot_contacts", limits={"largest_answer_mb": 1})
    assert "an answer of hubspot is larger than 1 MB" in refusal(pull, recipe=recipe)


def test_a_compressed_answer_counts_by_what_it_becomes(pull, fake):
    body = gzip.compress(json.dumps({"results": ["x" * (2 << 20)]}).encode())
    assert len(body) < 10_000
    fake.planned = [(200, body, {"Content-Encoding": "gzip"})]
    recipe = changed("hubspot_contacts", limits={"largest_answer_mb": 1})
    assert "an answer of hubspot is larger than 1 MB" in refusal(pull, recipe=recipe)


def test_an_answer_that_does_not_come_in_time_is_tried_again_and_then_told(pull, fake, monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(fake, "real", lambda _: (ended.wait(5), (200, {}))[1])
    recipe = changed("hubspot_contacts", limits={"timeout_s": 0.05, "most_tries": 2})
    said = refusal(pull, recipe=recipe)
    ended.set()
    assert "hubspot did not answer within 0.05 s. It was asked 2 times." in said


# ---- the token ----


def test_a_missing_token_is_told_with_its_variable_and_where_to_get_it(pull, fake):
    for environment in ({}, {"META_ACCESS_TOKEN": " "}):
        said = refusal(pull, environment=environment)
        assert said == (
            "meta_insights: the environment has no META_ACCESS_TOKEN. Make a token of a system user with ads_read in "
            "Business settings, and set the variable to it."
        )
    assert fake.asked == []


@pytest.mark.parametrize("value", ["abcd", "with a space in it", "a-line\nbreak-in-it", "accent-été-token"])
def test_what_can_be_no_token_is_refused_without_being_shown(value, pull, fake):
    said = refusal(pull, environment={"META_ACCESS_TOKEN": value})
    assert "what stands in META_ACCESS_TOKEN is no token" in said and value not in said
    assert fake.asked == []


def test_a_line_end_after_the_token_is_not_part_of_it(pull):
    assert pull(environment={"META_ACCESS_TOKEN": f"{TOKEN}\n"}).n_rows == 5


def test_a_token_in_an_answer_is_taken_out_of_the_file(pull, fake):
    echo = {TOKEN: f"Bearer {TOKEN}", "deep": [{"url": f"https://x.example.org/?t={quote(TOKEN, safe='')}"}]}
    fake.planned = [(200, {"results": [echo]})]
    row = saved(pull("hubspot_deals"))["pages"][0]["results"][0]
    assert row == {"[token]": "Bearer [token]", "deep": [{"url": "https://x.example.org/?t=[token]"}]}


def test_a_token_that_a_system_sends_back_as_its_error_code_is_not_told(pull, fake):
    plain = "abcdef123456"
    fake.planned = [(403, {"category": plain})]
    said = refusal(pull, "hubspot_deals", environment={"HUBSPOT_TOKEN": plain})
    assert plain not in said


def test_no_log_holds_an_address_with_the_token(pull, fake, caplog, monkeypatch):
    monkeypatch.setattr(fake, "real", lambda asked: fakes.meta(fake, asked))
    with caplog.at_level(logging.DEBUG):
        pull(recipe=changed("meta_insights", auth={"style": "query", "parameter": "access_token"}))
    assert not any(form in caplog.text for form in FORMS)


def test_a_token_that_is_also_a_setting_is_refused(pull, fake):
    token = "us21us21us21"
    recipe = changed("mailchimp_reports", settings={"data_center": {"help": "x", "pattern": ".+"}})
    said = refusal(
        pull,
        recipe=recipe,
        settings={"data_center": token},
        environment={"MAILCHIMP_API_KEY": token},
    )
    assert "the token stands in a setting or an address too. Keep it in MAILCHIMP_API_KEY alone" in said
    assert token not in said and fake.asked == []


def test_a_token_is_not_shown_when_it_is_printed():
    token = tokens.token_of(ALL["meta_insights"], {"META_ACCESS_TOKEN": TOKEN})
    assert TOKEN not in f"{token} {token!r}"


def test_a_password_file_of_the_user_does_not_replace_the_token(pull, fake, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert pull().n_rows == 5
    assert {asked.headers["Authorization"] for asked in fake.asked} == {fakes.BEARER}


# ---- the address and the settings ----


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://api.example.org", "(api.example.org) is not https: the token could be read on its way"),
        ("http://127.0.0.1.example.org", "is not https"),
        ("ftp://api.example.org", "is no web address"),
        ("api.example.org", "is no web address"),
        ("https://", "is no web address"),
        ("https://[::1", "is no web address"),
        ("https://api.example.org:port", "is no web address"),
        ("https://someone:else@api.example.org", "(api.example.org) is more than a host and a path"),
        ("https://api.example.org/?a=b", "is more than a host and a path"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(address, says, pull):
    said = refusal(pull, base_url=address)
    assert says in said and "someone" not in said


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://api.example.org/", "https://api.example.org"),
        ("https://API.example.org:8443/proxy/", "https://api.example.org:8443/proxy"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_that_is_safe_is_taken(given, address):
    assert filling.checked_base(given) == address


@pytest.mark.parametrize(
    "value", ["acme.evil.example.org/", "evil.example.org#", "acme/x", "a@evil", "", "a b"]
)
def test_a_setting_cannot_lead_the_token_to_another_host(value, pull):
    said = refusal(pull, "salesforce_leads", settings={"my_domain": value}, base_url="")
    assert said.startswith(
        "company.toml, [pulls.salesforce_leads]: my_domain does not look right. Write the part of"
    )


def test_every_recipe_leads_to_the_host_that_it_names():
    hosts = {
        name: filling.first_request(
            recipe,
            filling.settings_of(recipe, SETTINGS.get(recipe.system, {})),
            since=FIRST,
            until=LAST,
        ).base
        for name, recipe in ALL.items()
    }
    assert set(hosts.values()) == {
        "https://graph.facebook.com",
        "https://googleads.googleapis.com",
        "https://analyticsdata.googleapis.com",
        "https://api.hubapi.com",
        "https://acme.my.salesforce.com",
        "https://us21.api.mailchimp.com",
        "https://api.linkedin.com",
    }


def test_a_missing_and_an_unknown_setting_are_told(pull):
    assert refusal(pull, settings={}) == (
        'company.toml, [pulls.meta_insights]: account_id is missing. Add account_id = "…", the number of the ad account, '
        "without act_."
    )
    said = refusal(pull, name="meta_fr", settings={"acount_id": "1"})
    assert (
        said
        == 'company.toml, [pulls.meta_fr]: "acount_id" is not a setting of meta_insights. Did you mean account_id?'
    )


def test_days_are_written_as_each_system_wants_them(pull, fake):
    pull("linkedin_analytics")
    assert "dateRange=(start:(year:2026,month:9,day:1),end:(year:2026,month:9,day:30))" in fake.asked[0].path
    assert "accounts=List(urn%3Ali%3AsponsoredAccount%3A555000)" in fake.asked[0].path
    pull("google_ads_campaigns")
    assert "BETWEEN '2026-09-01' AND '2026-09-30' ORDER BY" in fake.asked[1].json["query"]
    pull("mailchimp_reports")
    assert fake.asked[2].query["since_send_time"] == "2026-08-31T23:59:59+00:00"
    assert fake.asked[2].query["before_send_time"] == "2026-10-01T00:00:00+00:00"
    pull("ga4_channels")
    assert fake.asked[-1].json["dateRanges"] == [{"startDate": "2026-09-01", "endDate": "2026-09-30"}]
    assert [asked.json["offset"] for asked in fake.asked[-3:]] == [0, 2, 4]


def test_days_in_the_wrong_order_or_a_label_that_is_a_path_are_refused(pull):
    assert "needs a first and a last day, in this order" in refusal(pull, since=LAST, until=FIRST)
    assert "gives no name of a file" in refusal(pull, label="../../2026-09")
    assert "gives no name of a file" in refusal(pull, name="../meta")


# ---- writing ----


def test_a_folder_that_cannot_be_written_is_told(pull, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "meta").write_text("a file where the folder should be")
    with pytest.raises(
        DataError, match=r"meta_insights: meta_insights_2026-09.json cannot be written \(.+\)"
    ):
        pull()


def test_a_disk_without_room_leaves_nothing_and_the_old_file_as_it_was(pull, fake):
    resource = pytest.importorskip("resource")
    before = pull("hubspot_deals")
    old = before.path.read_bytes()
    fake.planned = [(200, {"results": [{"id": "x" * 50_000}]})]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (10_000, hard)
    )  # a file may not grow beyond it, as on a full disk
    try:
        with pytest.raises(
            DataError, match=r"hubspot_deals_2026-09.json cannot be written \(.+\). Nothing was saved"
        ):
            pull("hubspot_deals")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert before.path.read_bytes() == old
    assert [path.name for path in before.path.parent.iterdir()] == [before.path.name]


def test_two_pulls_of_one_system_do_not_run_at_once(pull, fake, tmp_path, monkeypatch):
    within = []

    def second(asked):
        monkeypatch.setattr(fake, "real", first)
        with pytest.raises(LockedError, match="meta_insights: another pull from meta is under way"):
            pull(label="2026-08")
        within.append(True)
        return first(asked)

    first = fake.real
    monkeypatch.setattr(fake, "real", second)
    assert pull().n_rows == 5
    assert within == [True]


# ---- recipes ----


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_recipe_says_that_nobody_has_tried_it_where_its_facts_are_from_and_what_it_needs(name):
    recipe = ALL[name]
    assert recipe.verified is False
    assert "no account asked" in recipe.source
    assert recipe.approval and recipe.auth.where and recipe.auth.env.isupper()
    assert re.fullmatch(r"\S.*\.", recipe.auth.where) and all(
        re.fullmatch(r"\S.*\.", one.says) for one in recipe.refusals
    )


def test_linkedin_is_asked_for_no_more_fields_than_it_allows():
    fields = re.search(r"fields=([^&]+)", ALL["linkedin_analytics"].raw_query)[1].split(",")
    assert len(fields) == len(set(fields)) <= 20


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('method = "POST"', 'methd = "POST"', '"methd" is not a key of a recipe. Did you mean method'),
        ('method = "POST"', 'method = "PUT"', 'method = "PUT" is unknown. Use one of GET, POST'),
        ('kind = "offset"', 'kind = "pages"', 'kind = "pages" is unknown'),
        ('parameter = "offset"', "", r"\[paging\]: parameter is missing for the kind offset"),
        ('total = "rowCount"', "total = 5", "total = 5 is not a text"),
        ("size = 100000", "size = 1.5", "size = 1.5 is not a whole number"),
        ('env = "GA4_ACCESS_TOKEN"', "", r"\[auth\]: env is missing. Add env = …"),
        ("[limits]", "[limit]", '"limit" is not a key of a recipe. Did you mean limits'),
        ("{property_id}", "{propertyid}", r"\{propertyid\} is no setting and no day. Did you mean property_id"),
        ("{property_id}", "1", r"\[settings.property_id\] is used nowhere"),
        (r"pattern = '\d{5,12}'", "pattern = '('", "pattern is no regular expression"),
        ('name = "GA4', 'period = "all"\nname = "GA4', "belong to period = \"days\" and to no other"),
        ('system = "ga4"', 'system = "../ga4"', "is no name of a folder"),
        ('base = "https://', 'base = "', "is no web address"),
        ('path = "/', 'path = "', "does not begin with /"),
        ('items = "rows', "", "items is missing"),
    ],
)  # fmt: skip
def test_a_recipe_that_is_wrong_is_refused_with_its_key(old, new, says):
    text = (recipes.OWN / "ga4_channels.toml").read_text(encoding="utf-8")
    assert old in text
    text = "\n".join(
        line if old not in line else (line.replace(old, new) if new else "") for line in text.splitlines()
    )
    with pytest.raises(DataError, match=says) as caught:
        recipes.of_values("ga4_channels", tomllib.loads(text), "pulls/ga4_channels.toml")
    assert str(caught.value).startswith("pulls/ga4_channels.toml")


def test_a_company_extends_a_recipe_with_fields_of_its_own(tmp_path, pull, fake):
    (tmp_path / "pulls").mkdir()
    (tmp_path / "pulls" / "our_deals.toml").write_text(
        'extends = "hubspot_deals"\nname = "Our deals"\nsource = "our portal"\nverified = true\n'
        '[query]\nproperties = "amount,hs_v2_date_entered_closedwon"\n'
    )
    recipe = recipes.all_recipes(tmp_path)["our_deals"]
    pull(recipe=recipe)
    assert fake.asked[0].query["properties"] == "amount,hs_v2_date_entered_closedwon"
    assert fake.asked[0].query["associations"] == "companies,contacts"
    assert recipe.verified is True and recipes.all_recipes(tmp_path)["hubspot_deals"].verified is False


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('extends = "mine"', 'extends = "mine" is no other recipe'),
        ('extends = "hubspot_deal"', "Did you mean hubspot_deals"),
        ('extends = "hubspot_deals"', "name is missing"),
        ("extends = ", "not valid TOML"),
    ],
)
def test_a_company_recipe_that_cannot_be_is_refused(text, says, tmp_path):
    (tmp_path / "pulls").mkdir()
    (tmp_path / "pulls" / "mine.toml").write_text(text)
    with pytest.raises(DataError, match=f"^pulls/mine.toml.*{says}"):
        recipes.all_recipes(tmp_path)
