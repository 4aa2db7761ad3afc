"""Logging in as a client would, at every vendor, with nothing registered by hand."""

from __future__ import annotations

from collections.abc import Callable

import httpx

PASSWORD = "segment-demo"


def test_akinon_login_binds_the_guest(client_for: Callable[..., httpx.Client]) -> None:
    """A guest fetches a CSRF token, signs in, reads its segments and chooses one."""
    client = client_for()
    token = client.get("/csrf_token/").json()["csrf_token"]
    guest = client.get("/current_user/")
    answer = client.post(
        "/users/login/",
        json={"email": "anna.bauer@example.com", "password": PASSWORD},
        headers={"X-CSRFToken": token},
    )
    offered = client.get("/users/segments/").json()
    chosen = client.post(
        f"/users/segments/{offered[-1]['pk']}/set/",
        headers={"X-CSRFToken": client.cookies["csrftoken"]},
    )

    assert guest.status_code == 401
    assert answer.status_code == 200
    assert "osessionid" in client.cookies
    assert [each["priority"] for each in offered] == sorted(each["priority"] for each in offered)
    assert chosen.json()["pk"] == offered[-1]["pk"]
    assert client.get("/current_user/").json()["segment"]["pk"] == offered[-1]["pk"]


def test_open_loyalty_login_of_the_reference(client_for: Callable[..., httpx.Client]) -> None:
    """The login of the vendor's example gives a JWT that opens segments, and a refresh token."""
    client = client_for()
    answer = client.post(
        "/api/admin/login_check",
        content=b'{"username":"admin","password":"password"}',
        headers={
            "Content-Type": "application/json;charset=UTF-8",
            "Accept": "application/json, text/plain, */*",
        },
    )
    session = answer.json()
    bearer = {"Authorization": f"Bearer {session['token']}"}
    renewed = client.post("/api/token/refresh", json={"refresh_token": session["refresh_token"]})

    assert answer.status_code == 200
    assert sorted(session) == ["refresh_token", "token"]
    assert session["token"].count(".") == 2
    assert client.get("/api/default/segment", headers=bearer).status_code == 200
    assert renewed.json()["refresh_token"] != session["refresh_token"]


def test_open_loyalty_members_manage_nothing(client_for: Callable[..., httpx.Client]) -> None:
    """A member may log in and is refused on every segment operation."""
    client = client_for()
    credentials = {"username": "anna.bauer@example.com", "password": PASSWORD}
    token = client.post("/api/default/member/login_check", json=credentials).json()["token"]
    answer = client.get("/api/default/segment", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 403
    assert sorted(answer.json()) == ["code", "message"]


def test_emporix_service_token(client_for: Callable[..., httpx.Client]) -> None:
    """Client credentials sent as a form give a token with the scopes that were asked for."""
    client = client_for()
    form = {
        "grant_type": "client_credentials",
        "client_id": "acme-backoffice",
        "client_secret": PASSWORD,
        "scope": "customersegment.segment_read",
    }
    answer = client.post("/oauth/token", data=form)
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    path = "/customer-segment/acme/segments"
    body = {"name": {"en": "New"}, "siteCode": "main"}

    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert client.get(path, headers=bearer).status_code == 200
    assert client.post(path, json=body, headers=bearer).status_code == 403


def test_emporix_customer_login(client_for: Callable[..., httpx.Client]) -> None:
    """A storefront logs a customer in from an anonymous session and sees its segments."""
    client = client_for()
    anonymous = client.get(
        "/customerlogin/auth/anonymous/login",
        params={"tenant": "acme", "client_id": "acme-storefront"},
    ).json()
    login = client.post(
        "/customer/acme/login",
        json={"email": "anna.bauer@example.com", "password": PASSWORD},
        headers={"Authorization": f"Bearer {anonymous['access_token']}"},
    ).json()
    bearer = {"Authorization": f"Bearer {login['access_token']}"}
    own = client.get("/customer-segment/acme/segments", headers=bearer).json()
    validated = client.get("/customer/acme/validateauthtoken", headers=bearer).json()
    goodbye = client.get(
        "/customer/acme/logout", params={"accessToken": login["access_token"]}, headers=bearer
    )

    assert "golden-segment" in [each["id"] for each in own]
    assert {each["status"] for each in own} == {"ACTIVE"}
    assert validated["email"] == "anna.bauer@example.com"
    assert "customersegment.segment_read_own" in validated["scope"]
    assert goodbye.status_code == 204
    assert client.get("/customer-segment/acme/segments", headers=bearer).status_code == 401
