"""One server that plays every system a pull can ask, in the shapes of their published references; it records what it is asked.

It answers on this machine only, on a port that is free. `planned` holds answers that come before the real ones.
"""

import base64
import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

TOKEN = "s3cret|Token+odd/characters==0123"  # with characters that are written in another way in an address
DAYS = [f"2026-09-{day:02d}" for day in range(1, 6)]


class Asked:
    """One request as it came in."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.route = urlsplit(path).path
        self.query = {key: one[0] for key, one in parse_qs(urlsplit(path).query).items()}
        self.json = json.loads(body) if body else {}


class FakeServer:
    """The server, its rows by system, and what it was asked."""

    def __init__(self):
        self.asked: list[Asked] = []
        self.planned: list = []
        self.size = 2  # rows a page, whatever is asked for
        self.rows = ROWS
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer()

            def do_POST(self):
                self.answer()

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, self.path, dict(self.headers), body)
                fake.asked.append(asked)
                status, said, *more = fake.planned.pop(0) if fake.planned else fake.real(asked)
                data = said if isinstance(said, bytes) else json.dumps(said).encode()
                headers = {"Content-Type": "application/json", "Content-Length": str(len(data))}
                self.send_response(status)
                for name, value in {**headers, **(more[0] if more else {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # who asks may have had enough
                    self.wfile.write(data)
                if "Connection" in (more[0] if more else {}):
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def real(self, asked):
        """The answer of the system that has this address; a token in the wrong place is refused in its own words."""
        for begin, (serve, header, refusal) in ROUTES.items():
            if asked.route.startswith(begin):
                if asked.headers.get("Authorization") != header:
                    return 401, refusal
                return serve(self, asked)
        return 404, {"message": "no such address"}

    def cut(self, rows, offset):
        return rows[offset : offset + self.size]


def meta(fake, asked):
    if asked.query.get("access_token", TOKEN) != TOKEN:
        return 400, {"error": {"code": 190, "message": "another token in the address"}}
    given = json.loads(asked.query["time_range"])
    rows = [row for row in fake.rows["meta"] if given["since"] <= row["date_start"] <= given["until"]]
    offset = int(asked.query.get("after", 0))
    page = {"data": fake.cut(rows, offset), "paging": {"cursors": {"after": str(offset + fake.size)}}}
    if offset + fake.size < len(rows):
        kept = [pair for pair in urlsplit(asked.path).query.split("&") if not pair.startswith("after=")]
        # as the real one does, it puts the token into the address of the next page
        query = "&".join([f"access_token={quote(TOKEN, safe='')}", *kept, f"after={offset + fake.size}"])
        page["paging"]["next"] = f"{fake.url}{asked.route}?{query}"
    return 200, page


def google_ads(fake, asked):
    since, until = asked.json["query"].split("BETWEEN ")[1].split(" ORDER")[0].replace("'", "").split(" AND ")
    rows = [row for row in fake.rows["google_ads"] if since <= row["segments"]["date"] <= until]
    cuts = [rows[at : at + fake.size] for at in range(0, len(rows), fake.size)]
    return 200, [{"results": one, "fieldMask": "campaign.id", "requestId": "r"} for one in cuts]


def ga4(fake, asked):
    days = asked.json["dateRanges"][0]
    rows = [row for row in fake.rows["ga4"] if days["startDate"] <= _dashed(row) <= days["endDate"]]
    made = {
        "dimensionHeaders": [{"name": one["name"]} for one in asked.json["dimensions"]],
        "metricHeaders": [{"name": one["name"], "type": "TYPE_INTEGER"} for one in asked.json["metrics"]],
        "metadata": {"currencyCode": "EUR", "timeZone": "Europe/Paris"},
        "kind": "analyticsData#runReport",
    }
    if rows:  # an empty report has neither
        made |= {"rows": fake.cut(rows, asked.json["offset"]), "rowCount": len(rows)}
    return 200, made


def _dashed(row):
    day = row["dimensionValues"][0]["value"]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def hubspot(fake, asked):
    kind, offset = asked.route.rsplit("/", 1)[1], int(asked.query.get("after", 0))
    rows = fake.rows[f"hubspot {kind}"]
    page = {"results": fake.cut(rows, offset)}
    if offset + fake.size < len(rows):
        page["paging"] = {"next": {"after": str(offset + fake.size), "link": "https://example.org/next"}}
    return 200, page


def salesforce(fake, asked):
    if "q" in asked.query:
        fake.table, offset = asked.query["q"].split(" FROM ")[1].split()[0], 0
    else:
        offset = int(asked.route.rsplit("-", 1)[1])
    rows = fake.rows[f"salesforce {fake.table}"]
    page = {
        "totalSize": len(rows),
        "done": offset + fake.size >= len(rows),
        "records": fake.cut(rows, offset),
    }
    if not page["done"]:
        page["nextRecordsUrl"] = f"/services/data/v60.0/query/01g000000000001AAA-{offset + fake.size}"
    return 200, page


def mailchimp(fake, asked):
    since, before = asked.query["since_send_time"], asked.query["before_send_time"]
    rows = [row for row in fake.rows["mailchimp"] if since < row["send_time"] < before]
    return 200, {"reports": fake.cut(rows, int(asked.query["offset"])), "total_items": len(rows)}


def linkedin(fake, asked):
    fields = asked.query["fields"].split(",")
    if len(fields) > 20:
        return 400, {"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "too many fields"}
    if (
        "dateRange=(start:(year:2026,month:9,day:" not in asked.path
        or "%3AsponsoredAccount%3A" not in asked.path
    ):
        return 400, {"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "not its language"}
    if asked.headers.get("LinkedIn-Version") != "202603":
        return 426, {"status": 426, "code": "NONEXISTENT_VERSION", "message": "no such version"}
    if asked.headers.get("X-Restli-Protocol-Version") != "2.0.0":
        return 400, {"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "which protocol"}
    return 200, {"paging": {"start": 0, "count": 10, "links": []}, "elements": fake.rows["linkedin"]}


BEARER = f"Bearer {TOKEN}"
BASIC = "Basic " + base64.b64encode(f"cmo:{TOKEN}".encode()).decode()
GOOGLE = {"error": {"code": 401, "message": "who are you", "status": "UNAUTHENTICATED"}}
ROUTES = {
    "/v26.0/act_": (meta, BEARER, {"error": {"message": "bad", "type": "OAuthException", "code": 190}}),
    "/v26/customers/": (google_ads, BEARER, [GOOGLE]),
    "/v1beta/properties/": (ga4, BEARER, GOOGLE),
    "/crm/v3/objects/": (hubspot, BEARER, {"status": "error", "category": "INVALID_AUTHENTICATION"}),
    "/services/data/v60.0/query": (
        salesforce,
        BEARER,
        [{"message": "bad", "errorCode": "INVALID_SESSION_ID"}],
    ),
    "/3.0/reports": (mailchimp, BASIC, {"title": "API Key Invalid", "status": 401, "detail": "bad"}),
    "/rest/adAnalytics": (linkedin, BEARER, {"status": 401, "code": "INVALID_ACCESS_TOKEN"}),
}

ROWS = {
    "meta": [
        {"campaign_id": "120210000000012345", "date_start": day, "date_stop": day, "spend": "12.34"}
        | ({"actions": [{"action_type": "purchase", "value": "3"}]} if number % 2 else {})
        for number, day in enumerate(DAYS)
    ],
    "google_ads": [
        {
            "customer": {"id": "1234567890", "currencyCode": "EUR"},
            "campaign": {"id": "987654321012", "name": "Été"},
            "segments": {"date": day},
            "metrics": {"costMicros": "1230000", "clicks": "7"},
        }
        for day in DAYS
    ],
    "ga4": [
        {
            "dimensionValues": [
                {"value": day.replace("-", "")},
                *({"value": one} for one in ("FR", "mobile", "Email")),
            ],
            "metricValues": [{"value": str(number)}] * 8,
        }
        for number, day in enumerate(DAYS)
    ],
    "mailchimp": [
        {
            "id": f"c{number}",
            "send_time": f"{day}T{hour}+00:00",
            "emails_sent": 100,
            "opens": {"unique_opens": 30},
        }
        for number, (day, hour) in enumerate(
            [("2026-08-31", "23:59:59"), *zip(DAYS, ["00:00:00", *["09:00:00"] * 3, "23:59:59"], strict=True)]
        )
    ],
    "linkedin": [
        {
            "pivotValues": ["urn:li:sponsoredCampaignGroup:77"],
            "dateRange": {end: {"year": 2026, "month": 9, "day": day} for end in ("start", "end")},
            "costInLocalCurrency": "9.99",
        }
        for day in range(1, 6)
    ],
    **{
        f"hubspot {kind}": [
            {"id": str(number), "properties": {"createdate": f"{day}T08:00:00Z"}, "archived": False}
            for number, day in enumerate(DAYS)
        ]
        for kind in ("contacts", "companies", "deals")
    },
    **{
        f"salesforce {kind}": [
            {"attributes": {"type": kind}, "Id": f"00600000000000{number}AAA", "CreatedDate": day}
            for number, day in enumerate(DAYS)
        ]
        for kind in ("Opportunity", "Account", "Lead", "OpportunityHistory")
    },
}
