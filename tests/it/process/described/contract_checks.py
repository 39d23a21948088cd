"""Checks of schemathesis for what the contracts of v1 and v2 word otherwise than its own checks presume.

Five of its checks want 401, 405 or more strictness than old clients can bear, or cannot know what else makes a valid request
fail. They are switched off in `mod.rs`, and four of these stand in for them: the same requests, judged by the contract.
"""

import base64
import itertools
import re
from types import NoneType

import jsonschema_rs
import requests
import schemathesis
from schemathesis.core import NotSet
from schemathesis.specs.openapi.checks import negative_data_rejection

probed = set()
turns = itertools.count()
session = requests.Session()
session.trust_env = False  # no credentials but those given here


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every other valid request with a key gets the key of a secret that is there: drawn ones never are."""
    path = case.operation.path
    if "{key}" in path and case.meta.generation.mode.is_positive and next(turns) % 2 == 0:
        base, is_secret = case.operation.base_url, "/secret/" in path
        if is_v2(case):
            shared = session.post(f"{base}/secret/conceal", json={"secret": {"secret": "hello"}}, timeout=10).json()
            case.path_parameters["key"] = shared["record"]["secret" if is_secret else "receipt"]["key"]
        else:
            shared = session.post(f"{base}/share", data={"secret": "hello"}, timeout=10).json()
            case.path_parameters["key"] = shared["secret_key" if is_secret else "metadata_key"]


def is_v2(case):
    return case.operation.base_url.endswith("/v2")


def refusal(response, message, intended):
    """A 404 of v1 with this message, as it stands in section 4 of the contract."""
    assert response.status_code == 404, f"{response.status_code}, not 404"
    assert response.json().get("message") == message, response.text
    assert first(response, "x-ots-intended-status") == intended, dict(response.headers)
    tells_no_more(response)


def refusal_v2(response, status, error_type, error):
    """One of v2, as it stands in section 4 of its contract."""
    told = response.json()
    assert (response.status_code, told["error_type"], told["error"]) == (status, error_type, error), response.text
    tells_no_more(response)


def tells_no_more(response):
    for header in ("allow", "www-authenticate"):
        assert first(response, header) is None, f"{header} is told"


def first(response, name):
    """A header, whether the library keeps one value or a list of them."""
    value = next((value for known, value in response.headers.items() if known.lower() == name), None)
    return value[0] if isinstance(value, list) else value


@schemathesis.check
def what_is_described_exists(ctx, response, case):
    """A valid request never meets the answer to an unknown path."""
    if case.meta.generation.mode.is_positive and response.status_code == 404:
        told = response.json()
        assert told["error_type"] != "NotFound" if is_v2(case) else "error" not in told, response.text


@schemathesis.check
def other_methods_are_unknown_paths(ctx, response, case):
    """In place of `unsupported_method`: 404 without `Allow`, and `error` beside `message`. v2 has secrets named like routes."""
    scenario = getattr(getattr(case.meta.phase, "data", None), "scenario", None)
    if getattr(scenario, "name", "") != "UNSPECIFIED_HTTP_METHOD":
        return
    if is_v2(case):
        is_secret = response.request.method == "GET" and re.search("/secret/[a-z]+$", case.operation.path)
        told = ("RecordNotFound", "Unknown secret") if is_secret else ("NotFound", "Not Found")
        return refusal_v2(response, 404, *told)
    refusal(response, "Not Found", None)
    assert response.json()["error"] == "Not Found"


@schemathesis.check
def credentials_are_checked(ctx, response, case):
    """In place of `ignored_auth` and `missing_required_header`: none and wrong ones are 404, intended 401; in v2 they are 401, or
    not looked at."""
    operation = case.operation.definition.raw
    if case.operation.label in probed or response.status_code != 200:
        return
    probed.add(case.operation.label)
    wrong = base64.b64encode(b"nobody@example.org:" + b"0" * 40).decode()
    attempts = [{"Authorization": f"Basic {wrong}"}, {"Authorization": "Basic x"}, {"Authorization": f"Bearer {wrong}"}]
    if operation.get("security"):
        attempts.append({})
    for headers in attempts:
        again = session.request(response.request.method, response.request.url, headers=headers, timeout=10)
        if not is_v2(case):
            refusal(again, "Not authorized", "401")
        elif operation.get("security") == []:
            assert again.status_code != 401, again.text
        else:
            refusal_v2(again, 401, "Unauthorized", "Authentication Required")


@schemathesis.check
def valid_parameters_are_accepted(ctx, response, case):
    """In place of `positive_data_acceptance`: what is described is refused for what a schema cannot say, and v1 said 404 to that."""
    if not case.meta.generation.mode.is_positive or response.status_code in (200, 401, 403, 404, 503):
        return
    told = response.json()
    assert is_v2(case) and response.status_code == 422, f"{response.status_code} {response.text}"
    no_set = told.get("field") == "character_sets" and told["error"].startswith("At least one set")
    is_try = told["error"] in ("Incorrect passphrase", "Double check that passphrase")
    assert no_set or is_try or told.get("field") == "recipient", response.text


@schemathesis.check
def invalid_parameters_are_refused(ctx, response, case):
    """In place of `negative_data_rejection`, which is asked once a request was read as the contract reads it."""
    content = case.operation.definition.raw.get("requestBody", {}).get("content", {})
    body = case.body if isinstance(case.body, dict) else {}
    nothing = (dict, NotSet, NoneType) if is_v2(case) else (dict, NotSet)
    if case.media_type in content or body is not case.body:
        schema = content.get(case.media_type, content.get("application/json", {})).get("schema", {})
        if "$ref" in schema:
            schema = case.operation.schema.raw_schema["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        is_json = case.media_type == "application/json"
        sent = {**as_texts(case.query or {}, schema), **as_texts(body, schema, lists=is_json)}
        if isinstance(case.body, nothing) and jsonschema_rs.is_valid(schema, sent):
            return
    negative_data_rejection(ctx, response, case)


def as_texts(body, schema, lists=False):
    """A scalar counts as its text, null as not given; of a repeated name the last text, but a list of JSON is a list. Where a
    list is wanted, members make one; where v2 wants a number or a truth, a text is read as one."""
    read = {}
    for name, value in body.items():
        wanted = schema.get("properties", {}).get(name, {})
        if "oneOf" in wanted and isinstance(value, (list, dict)):
            members = value.values() if isinstance(value, dict) else value
            read[name] = [str(one) if isinstance(one, float) else as_text(one) for one in members if one is not None]
        elif "properties" in wanted and isinstance(value, dict):
            read[name] = as_texts(value, wanted, lists)
        elif "properties" in wanted and value == "":
            continue  # as not given
        elif name == "continue":
            continue  # anything is true, or is not
        elif wanted.get("type") == "boolean" and not isinstance(value, (list, dict, NoneType)):
            continue
        elif wanted.get("type") == "integer" and isinstance(value, (str, float, int)):
            if str(value).strip():
                read[name] = int(re.match(r"\s*([+-]?[0-9]+)|", str(value))[1] or 0)
        elif value is not None:
            read[name] = value if lists and isinstance(value, list) else as_text(value)
    return read


def as_text(value):
    if isinstance(value, list):
        return next((text for text in map(as_text, reversed(value)) if isinstance(text, str)), value)
    if isinstance(value, (dict, float)) or value is None:
        return value
    return str(value)


@schemathesis.check
def who_is_asked_to_wait_is_told_how_long(ctx, response, case):
    """429 and 503 always say when to come back."""
    if response.status_code in (429, 503):
        assert int(first(response, "retry-after") or 0) > 0, dict(response.headers)
