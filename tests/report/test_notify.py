"""A post arrives once, survives a busy server, pings nobody, and its failure fails nothing."""

import json
import shutil
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from helpers import cli, company
from helpers.report import wording
from helpers.report.files import read_json
from helpers.report.posts import cards, notify, post

TOKEN = "xoxb-very-secret"
HOSTILE = "Spring <!channel> & <https://evil.example|click> @here [x](https://evil.example)"
OK = (200, {"ok": True, "channel": "C1", "ts": "1"})


class Fake:
    """A server that plays Slack and Teams: a list of answers a path, the last of them for ever after."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict, bytes]] = []
        self.answers: dict[str, list[tuple]] = {}
        self.delay = 0.0
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fake.asked.append((self.path, dict(self.headers), body))
                time.sleep(fake.delay)
                listed = fake.answers.get(self.path, [OK])
                status, said, *headers = listed.pop(0) if len(listed) > 1 else listed[0]
                data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
                self.send_response(status)
                for name, value in headers[0].items() if headers else ():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    def message(self, at: int = 0) -> dict:
        """What was posted, whether as a form (the API) or as JSON (a webhook)."""
        body = self.asked[at][2].decode()
        if body.startswith("{"):
            return json.loads(body)
        found = dict(urllib.parse.parse_qsl(body))
        return {**found, "blocks": json.loads(found["blocks"])}


@pytest.fixture
def fake(monkeypatch):
    """The server, with no other target in the environment."""
    made = Fake()
    for name in (
        *("SLACK_BOT_TOKEN", "SLACK_WEBHOOK_URL", "CMO_TEAMS_WEBHOOK_URL", "CMO_SLACK_CHANNEL"),
        *("CMO_REPORT_URL", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CMO_SLACK_BASE_URL", f"{made.url}/api/")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def bot(fake, monkeypatch):
    """The server as Slack's own interface, with a token and a channel."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("CMO_SLACK_CHANNEL", "#marketing")
    upload = {"ok": True, "upload_url": f"{fake.url}/upload", "file_id": "F1"}
    fake.answers["/api/files.getUploadURLExternal"] = [(200, upload)]
    fake.answers["/api/files.completeUploadExternal"] = [(200, {"ok": True, "files": [{"id": "F1"}]})]
    return fake


@pytest.fixture(scope="session")
def published(new_project, tmp_path_factory):
    """Reports of a project that has run once, without the one page, whose upload has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        made = new_project(tmp_path_factory.mktemp("published") / "project", patch)
        made.notebook("crm/01-a")
        made.run(executor=ThreadPoolExecutor)
        (made.report / "page.pdf").unlink(missing_ok=True)
    return made.root / "reports"


@pytest.fixture
def cmo(project, published, capsys):
    """Run the command in this process; gives exit code, standard output and standard error."""
    project.notebook("crm/01-a")
    shutil.copytree(published, project.root / "reports", symlinks=True)

    def run(*words: str):
        code = cli._main([*words, "--company", "acme"])
        said = capsys.readouterr()
        assert TOKEN not in said.out + said.err
        return code, said.out, said.err

    return run


CHAT = "/api/chat.postMessage"


def test_the_last_published_report_is_posted_with_its_figures_and_a_link(bot, cmo):
    code, out, err = cmo("notify", "--link", "https://reports.example.com/a?b=1&c=2")
    assert (code, out, err) == (0, "posted to Slack #marketing\n", "")
    assert bot.paths() == [CHAT]
    assert bot.asked[0][1]["Authorization"] == f"Bearer {TOKEN}"
    said = bot.message()
    assert said["channel"] == "#marketing"
    texts = json.dumps(said["blocks"], ensure_ascii=False)
    assert "How did marketing do in December 2017?" in texts
    assert "• *Orders*  3 orders" in texts
    assert "<https://reports.example.com/a?b=1&amp;c=2|Open the report>" in texts


def test_a_rerun_in_which_nothing_changed_does_not_post_twice(bot, cmo, project):
    cmo("notify")
    assert cmo("notify")[:2] == (0, "already posted to Slack #marketing\n")
    project.run(executor=ThreadPoolExecutor, force=True)  # a new run, the same figures
    assert cmo("notify")[1] == "already posted to Slack #marketing\n"
    assert cmo("notify", "--channel", "#board")[1] == "posted to Slack #board\n"
    assert cmo("notify", "--again")[1] == "posted to Slack #marketing\n"
    assert bot.paths().count(CHAT) == 3
    kept = read_json(project.root / "reports/acme/.posted.json")
    assert len(kept) == 4  # two channels, the message and its page to each
    assert TOKEN not in json.dumps(kept)


def test_a_changed_figure_is_posted(bot, cmo, project):
    cmo("notify")
    path = project.report / "kpis.json"
    path.write_text(path.read_text().replace('"value": 3', '"value": 4'))
    assert cmo("notify")[1] == "posted to Slack #marketing\n"


def test_two_at_once_post_once(bot, cmo, project):
    bot.delay = 0.3
    made, said = notify.of_report(project.report), []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(
                notify.deliver,
                made,
                project.report,
                name="acme",
                channel=None,
                again=False,
                say=said.append,
            )
    assert sorted(said) == ["already posted to Slack #marketing", "posted to Slack #marketing"]
    assert len(bot.asked) == 1


def test_a_busy_server_is_asked_again_after_the_time_it_says(bot, cmo):
    bot.answers[CHAT] = [(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}), OK]
    began = time.monotonic()
    assert cmo("notify")[0] == 0
    assert time.monotonic() - began >= 1
    assert len(bot.asked) == 2


def test_a_server_that_asks_for_a_long_wait_is_not_waited_for(bot, cmo):
    bot.answers[CHAT] = [(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "600"})]
    began = time.monotonic()
    code, _, err = cmo("notify")
    assert code == 1
    assert "longer than a run may" in err
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_that_fails_is_tried_three_times(bot, cmo, status):
    bot.answers[CHAT] = [(status, "<html>oops</html>")]
    code, out, err = cmo("notify")
    assert (code, out) == (1, "")
    assert err == f"cmo: Slack refused (HTTP {status}): its server failed; try again later.\n"
    assert len(bot.asked) == 3


def test_a_server_that_fails_once_has_the_post_at_the_end(bot, cmo):
    bot.answers[CHAT] = [(500, "oops"), OK]
    assert cmo("notify")[0] == 0


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("invalid_auth", "SLACK_BOT_TOKEN is not valid"),
        ("channel_not_found", "no such channel"),
        ("odd", "(odd)"),
    ],
)
def test_what_slack_refuses_is_one_sentence(bot, cmo, project, error, says):
    bot.answers[CHAT] = [(200, {"ok": False, "error": error})]
    code, _, err = cmo("notify")
    assert code == 1
    assert says in err
    assert len(err.splitlines()) == 1
    assert not (project.root / "reports/acme/.posted.json").exists()


def test_a_server_that_does_not_answer_is_left_in_time(bot, cmo, monkeypatch):
    monkeypatch.setattr(post, "TIMEOUT_S", 0.3)
    bot.delay = 1.5
    began = time.monotonic()
    code, _, err = cmo("notify")
    assert code == 1
    assert "did not answer within 0.3 s" in err
    assert time.monotonic() - began < 4


def test_a_server_that_is_not_there_is_one_sentence(bot, cmo, monkeypatch):
    monkeypatch.setenv("CMO_SLACK_BASE_URL", "http://127.0.0.1:9/api/")
    code, _, err = cmo("notify")
    assert code == 1
    assert err == "cmo: Slack cannot be reached; look at the network, the proxy and the address.\n"


def test_the_one_page_pdf_goes_along_once(bot, cmo, project):
    (project.report / "page.pdf").write_bytes(b"%PDF-1.7 page")
    ask, done = "/api/files.getUploadURLExternal", "/api/files.completeUploadExternal"
    bot.answers[ask] = [(200, {"ok": True, "upload_url": f"{bot.url}/upload", "file_id": "F1"})]
    bot.answers[done] = [(200, {"ok": True, "files": [{"id": "F1"}]})]
    assert cmo("notify")[0] == 0
    assert bot.paths() == [CHAT, ask, "/upload", done]
    assert bot.asked[2][2] == b"%PDF-1.7 page"
    assert b"channel_id=C1" in bot.asked[3][2]
    cmo("notify")
    assert len(bot.asked) == 4


def test_a_file_that_did_not_arrive_is_sent_again_without_the_message(bot, cmo, project):
    (project.report / "page.pdf").write_bytes(b"%PDF-1.7 page")
    ask, done = "/api/files.getUploadURLExternal", "/api/files.completeUploadExternal"
    bot.answers[ask] = [(200, {"ok": False, "error": "missing_scope"})]
    code, out, err = cmo("notify")
    assert (code, out) == (1, "posted to Slack #marketing\n")
    assert "files:write" in err
    bot.answers[ask] = [(200, {"ok": True, "upload_url": f"{bot.url}/upload", "file_id": "F1"})]
    bot.answers[done] = [(200, {"ok": True, "files": [{"id": "F1"}]})]
    assert cmo("notify")[0] == 0
    assert bot.paths().count(CHAT) == 1
    assert "/upload" in bot.paths()


def test_a_webhook_of_slack_and_one_of_teams_each_get_their_form(fake, cmo, monkeypatch):
    monkeypatch.setenv("SLACK_WEBHOOK_URL", f"{fake.url}/services/T0/B0/secret1")
    monkeypatch.setenv("CMO_TEAMS_WEBHOOK_URL", f"{fake.url}/workflows/secret2?sig=secret3")
    fake.answers["/workflows/secret2?sig=secret3"] = [(202, "")]
    code, out, err = cmo("notify", "--link", "https://reports.example.com/")
    assert (code, out, err) == (0, "posted to Slack webhook\nposted to Teams webhook\n", "")
    assert fake.message(0)["blocks"][0]["type"] == "header"
    card = fake.message(1)["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["content"]["type"] == "AdaptiveCard"
    assert card["content"]["actions"][0]["url"] == "https://reports.example.com/"
    assert any("Orders – 3 orders" in block["text"] for block in card["content"]["body"])
    cmo("notify", "--link", "https://reports.example.com/")
    assert len(fake.asked) == 2


def test_a_webhook_that_is_gone_is_told_without_its_address(fake, cmo, project, monkeypatch):
    monkeypatch.setenv("SLACK_WEBHOOK_URL", f"{fake.url}/services/T0/B0/secret1")
    monkeypatch.setenv("CMO_TEAMS_WEBHOOK_URL", f"{fake.url}/workflows/secret2")
    fake.answers["/services/T0/B0/secret1"] = [(404, "no_service")]
    code, out, err = cmo("notify")
    assert (code, out) == (1, "posted to Teams webhook\n")
    assert err == "cmo: Slack refused (HTTP 404): the webhook does not exist any more; make a new one.\n"
    kept = (project.root / "reports/acme/.posted.json").read_text()
    assert "secret" not in kept


@pytest.mark.parametrize("address", ["ftp://x/secret1", "secret1", "http://"])
def test_an_address_that_is_none_is_told_without_it(fake, cmo, monkeypatch, address):
    monkeypatch.setenv("SLACK_WEBHOOK_URL", address)
    code, _, err = cmo("notify")
    assert code == 1
    assert "secret1" not in err
    assert len(err.splitlines()) == 1


def test_nowhere_to_post_and_a_token_without_a_channel_are_wrong_usage(fake, cmo, monkeypatch):
    code, _, err = cmo("notify")
    assert code == 2
    assert "set SLACK_BOT_TOKEN" in err
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    code, _, err = cmo("notify")
    assert code == 2
    assert "--channel" in err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--period", "2016-01"], 3, "no published report for 2016-01"),
        (["--ritual", "monthly"], 3, "no published report of the monthly ritual"),
        (["--ritual", "daily"], 3, "run cmo run --ritual daily first"),
        (["--ritual", "hourly"], 2, "use one of daily"),
        (["--ritual", "daily", "--period", "2017-12-31"], 2, "--period has no meaning for the daily message"),
        (["--link", "javascript:alert(1)"], 2, "https://"),
    ],
)
def test_what_cannot_be_posted_is_one_sentence(bot, cmo, words, code, says):
    got, _, err = cmo("notify", *words)
    assert got == code
    assert says in err
    assert bot.asked == []


def test_a_run_posts_after_publication(bot, cmo):
    code, out, _ = cmo("run", "--jobs", "1", "--notify")
    assert code == 0
    assert out.splitlines()[-2].startswith("report: ")
    assert out.splitlines()[-1] == "posted to Slack #marketing"


def test_a_failure_to_post_fails_no_run_and_is_told_beside_the_report(bot, cmo, project):
    bot.answers[CHAT] = [(200, {"ok": False, "error": "invalid_auth"})]
    code, _, err = cmo("run", "--jobs", "1", "--notify")
    assert code == 0
    assert err.startswith("not posted: Slack refused (invalid_auth)")
    assert "SLACK_BOT_TOKEN is not valid" in (project.report / notify.FAILED).read_text()
    text = "".join(path.read_text() for path in project.report.glob("*.json"))
    assert TOKEN not in text
    bot.answers[CHAT] = [OK]
    assert cmo("run", "--jobs", "1", "--notify")[0] == 0
    assert not (project.report / notify.FAILED).exists()


def test_a_run_with_nowhere_to_post_is_told_so_and_does_not_fail(fake, cmo):
    code, _, err = cmo("run", "--jobs", "1", "--notify")
    assert code == 0
    assert "not posted: there is nowhere to post" in err


def test_a_report_that_is_held_back_is_not_posted(bot, cmo, project):
    project.notebook("crm/01-a", "1 / 0")
    code, _, err = cmo("run", "--jobs", "1", "--notify", "--gate", "fail")
    assert code == 5
    assert "held back" in err
    assert bot.asked == []


def test_a_ritual_is_posted_under_its_name(bot, cmo, project):
    project.notebook("crm/01-a", rituals=["monthly"])
    assert cmo("run", "--jobs", "1", "--ritual", "monthly", "--notify")[0] == 0
    assert bot.message()["blocks"][0]["text"]["text"] == "Monthly review, for the CMO and finance"


def test_the_daily_message_is_posted_once_and_not_when_silent(bot, cmo, project):
    assert cmo("run", "--ritual", "daily", "--notify")[0] == 0
    assert cmo("run", "--ritual", "daily", "--notify") == (0, "", "")
    assert cmo("notify", "--ritual", "daily")[1] == "already posted to Slack #marketing\n"
    assert len(bot.asked) == 1
    assert "daily message of" in bot.message()["blocks"][0]["text"]["text"]


def test_a_daily_message_that_could_not_be_posted_goes_with_the_next_run(bot, cmo, project):
    bot.answers[CHAT] = [(200, {"ok": False, "error": "invalid_auth"})]
    assert cmo("run", "--ritual", "daily", "--notify")[0] == 0
    (note,) = (project.root / "reports" / "acme" / "daily").glob("notify-failed.*")
    assert note.name == "notify-failed.ALL.en.txt"
    bot.answers[CHAT] = [OK]
    assert "posted to Slack" in cmo("run", "--ritual", "daily", "--notify")[1]
    assert not note.exists()
    assert cmo("run", "--ritual", "daily", "--notify") == (0, "", "")


@pytest.mark.parametrize("name", ["eml", "pptx", "timeout"])
def test_what_has_no_meaning_for_a_message_is_refused(cmo, name):
    words = ["--timeout", "9"] if name == "timeout" else [f"--{name}"]
    code, _, err = cmo("run", "--ritual", "daily", *words)
    assert code == 2 and f"--{name} has no meaning for the daily ritual" in err


def made(**changed) -> cards.Post:
    values = {
        "title": HOSTILE,
        "context": HOSTILE,
        "lead": HOSTILE,
        "sections": ((HOSTILE, ((HOSTILE, HOSTILE),)),),
    }
    return cards.Post(**{**values, **changed})


def strings(value) -> list[str]:
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


def test_text_of_the_company_pings_nobody_and_links_nowhere():
    for text in strings(cards.slack(made())):
        assert "<" not in text
        assert "&amp;" in text or "Spring" not in text
    for text in strings(cards.teams(made())["attachments"][0]["content"]["body"]):
        assert "[x](" not in text


def test_a_backslash_of_the_company_frees_no_bracket_in_teams():
    body = cards.teams(made(title=r"\[click\](https://evil.example)"))["attachments"][0]["content"]["body"]
    assert body[0]["text"] == r"\\\[click\\\](https://evil.example)"


def test_a_title_that_is_a_question_gets_no_full_stop():
    assert cards.slack(made(title="How?", lead="Well."))["text"] == "How? Well."
    assert cards.slack(made(title="March", lead="Well."))["text"] == "March. Well."


def test_a_link_cannot_end_itself():
    found = cards.slack(made(link=("Open", "https://a.example/|x>y")))["blocks"][-1]["text"]["text"]
    assert found == "<https://a.example/%7Cx&gt;y|Open>"


def test_ten_thousand_characters_fit_and_no_sign_is_cut_in_two():
    long = "a & b < " * 1500
    found = cards.slack(made(title=long, lead=long, sections=(("x", ((long, ""),) * 60),)))
    assert len(found["blocks"]) <= 50
    assert len(found["blocks"][0]["text"]["text"]) <= 150
    for text in strings(found):
        assert len(text) <= 3000
        body = text.rstrip("…")
        assert body.count("&") == sum(body.count(sign) for sign in ("&amp;", "&lt;", "&gt;"))


def test_a_figure_that_cannot_be_told_says_why(project, cmo):
    path = project.report / "kpis.json"
    kept = json.loads(path.read_text())
    row = kept["notebooks"]["crm/01-a"]["kpis"][0]
    row |= {"value": None, "sentence": "Orders, 2017: cannot tell. Only 24 customers."}
    path.write_text(json.dumps(kept))
    assert ("Orders", wording.reason(row)) in notify.of_report(project.report).sections[0][1]
    assert company.read("acme").title in notify.of_report(project.report).context
