"""Access rules: every form of request against the same ones, and what follows from them."""

import re

import pytest

from harness.origin import answering
from harness.passwords import bcrypt
from harness.proxyd import run_proxyd
from harness.waiting import until
from test_access_exposure import FORMS, ask

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def ruled(start_proxy, *rules, dns=None, **more):
    """A proxy with these rules, and with the scripted name server."""
    names = {"dns": {"servers": [dns.address]}} if dns else {}
    return start_proxy(names | {"access": {"rules": list(rules)} | more})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("host", ["ads.test", "X.ADS.test", "ads.test."])
def test_a_name_is_denied_before_it_is_looked_up(start_proxy, dns, web, form, host):
    dns.add("ads.test", "127.0.0.1")
    proxy = ruled(start_proxy, {"deny": {"names": [".ads.test"], "label": "no ads"}}, dns=dns)
    answer = ask(proxy, f"{host}:{web.port}", form)
    assert answer.status == 403 and b'Rule 1 ("no ads") of this proxy denies' in answer.body
    assert web.seen == [] and not dns.queries
    assert "reason=rule" in until(proxy.access_log, "a line in the log")


@pytest.mark.parametrize("form", FORMS)
def test_a_network_is_denied_by_whatever_name(start_proxy, dns, web, form):
    dns.add("inside.test", "127.0.0.1")
    proxy = ruled(start_proxy, {"deny": {"networks": ["127.0.0.0/8"]}}, dns=dns)
    for host in ("127.0.0.1", "inside.test", "[::ffff:127.0.0.1]"):
        assert ask(proxy, f"{host}:{web.port}", form).status == 403
    assert web.seen == []


def test_of_several_addresses_only_those_allowed_are_dialled(start_proxy, dns, origin):
    closed, opened = origin(answering(OK)), origin(answering(OK), host="127.0.0.2")
    dns.add("both.test", "127.0.0.1", "127.0.0.2")
    proxy = ruled(start_proxy, {"deny": {"networks": ["127.0.0.1"]}}, dns=dns)
    assert ask(proxy, f"both.test:{opened.port}").status == 200
    assert ask(proxy, f"both.test:{closed.port}").status == 502, "127.0.0.2 refuses it, and 127.0.0.1 is not asked"
    assert closed.accepted == 0


def test_a_proxy_that_others_reach_goes_inside_where_a_rule_says_so(start_proxy, web):
    proxy = start_proxy({
        "listen": ["0.0.0.0:0"],
        "access": {
            "clients": ["127.0.0.0/8"],
            "rules": [{"allow": {"networks": ["127.0.0.0/8"], "ports": [web.port]}}],
        },
    })
    assert ask(proxy, web.authority).status == 200
    assert ask(proxy, f"127.0.0.1:{web.port + 1 if web.port < 65535 else 1}").status == 403


def test_methods_and_ports_are_looked_at(start_proxy, web, echo):
    proxy = ruled(start_proxy, {"deny": {"methods": ["CONNECT"], "ports": [web.port]}})
    assert ask(proxy, web.authority).status == 200
    assert ask(proxy, web.authority, "CONNECT").status == 403
    assert ask(proxy, echo.authority, "CONNECT").status == 200


def test_a_client_does_not_get_the_socket_that_another_opened(start_proxy, origin):
    one = origin(answering(OK))
    proxy = ruled(start_proxy, {"deny": {"clients": ["127.0.0.3"], "networks": ["127.0.0.0/8"]}})
    assert ask(proxy, one.authority).status == 200
    until(lambda: proxy.origin_pool(one.authority)["free_sockets"] == 1, "a free socket")
    assert ask(proxy, one.authority, source="127.0.0.3").status == 403
    assert ask(proxy, one.authority).status == 200
    assert one.accepted == 1, "the denied client left it to others"


def test_what_only_reports_is_logged_and_passes(start_proxy, web):
    proxy = ruled(start_proxy, {"deny": {"networks": ["127.0.0.0/8"], "report_only": True, "label": "later"}})
    assert ask(proxy, web.authority).status == 200
    line = until(lambda: re.search(r"rule 1 \(line \d+, \"later\"\) would deny 127.0.0.1:\d+", proxy.errors()), "a report")
    assert line


def test_a_search_domain_does_not_lead_to_a_name_that_is_denied(start_proxy, dns, web):
    """Rules hear of `wiki`, not of what it is looked up as."""
    for name in ("wiki.denied.test", "wiki.open.test", "only.denied.test", "a.only.denied.test", "free.denied.test"):
        dns.add(name, "127.0.0.1")
    proxy = start_proxy({
        "dns": {"servers": [dns.address], "search_domains": ["denied.test", "open.test"]},
        "access": {"rules": [{"allow": {"names": ["free.denied.test"]}}, {"deny": {"names": [".denied.test"]}}]}})
    found = {host: ask(proxy, f"{host}:{web.port}").status for host in (
        "wiki", "only", "a.only", "free", "wiki.denied.test", "only.denied.test")}
    assert found == {
        "wiki": 200, "only": 502, "a.only": 502, "free": 200, "wiki.denied.test": 403, "only.denied.test": 403}
    assert dns.asked("wiki.open.test") == 1 and dns.asked("wiki.denied.test") == 0


def test_spellings_of_a_name_share_sockets(start_proxy, dns, origin):
    one = origin(answering(OK))
    dns.add("example.test", "127.0.0.1")
    proxy = start_proxy({"loops": 1, "dns": {"servers": [dns.address], "search_domains": []}})
    for host in ("example.test", "EXAMPLE.test", "example.test.", "Example.Test."):
        assert ask(proxy, f"{host}:{one.port}").status == 200
    assert one.accepted == 1 and dns.asked("example.test") == 1


def test_lists_are_read_from_files_and_again_when_they_change(start_proxy, dns, web, tmp_path):
    ads, bad = tmp_path / "ads", tmp_path / "bad"
    ads.write_text("# ads\n0.0.0.0 one.test\n.two.test\n*.three.test\nnot a name\n")
    bad.write_text("127.0.0.1/32\n")
    dns.add("one.test", "127.0.0.1")
    dns.add("x.one.test", "127.0.0.2")
    proxy = ruled(
        start_proxy, {"deny": {"names": ["list:ads"]}}, {"deny": {"networks": ["list:bad"]}}, dns=dns,
        lists={"ads": {"files": [str(ads)]}, "bad": {"files": [str(bad)], "format": "networks"}})
    statuses = {host: ask(proxy, f"{host}:{web.port}").status for host in ("one.test", "a.two.test", "127.0.0.1")}
    assert set(statuses.values()) == {403}, statuses
    assert ask(proxy, f"x.one.test:{web.port}").status == 502, "lines of a hosts file are for exactly their names"
    assert f"{ads}: line 5: more than one word" in proxy.errors()
    bad.write_text("127.0.0.9/32\n")
    ads.unlink()
    until(lambda: ask(proxy, web.authority).status == 200, "the new list of networks is in force", 15, every=0.2)
    assert ask(proxy, f"a.two.test:{web.port}").status == 403, "what was read before stays"
    until(lambda: "what was read before stays in force" in proxy.errors(), "that is said", 15)


def test_a_list_that_cannot_be_read_keeps_it_from_starting(tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("listen: 127.0.0.1:0\nadmin: off\naccess: {lists: {a: {files: [/nonexistent]}}}\n")
    for command in (["check", file], ["--config", file]):
        ended = run_proxyd(*command)
        assert ended.returncode != 0 and "/nonexistent: cannot be read" in ended.stderr


@pytest.fixture
def staffed(tmp_path):
    """A configuration file whose rules let in the staff alone, and its group file."""
    (tmp_path / "users").write_text(bcrypt("ann", "secret"))
    groups = tmp_path / "groups"
    groups.write_text("# ours\nstaff: ann zoe\n")
    file = tmp_path / "p.yaml"
    file.write_text(f"""
authentication: {{password_file: {tmp_path}/users, group_file: {groups}}}
dns: {{servers: ["127.0.0.1:9"], timeout: 100ms}}
access:
  rules:
    - allow: {{groups: [staff], networks: [127.0.0.0/8]}}
    - deny: {{}}
""")
    return file, groups


def test_explain_knows_the_groups_of_the_group_file(staffed):
    file, groups = staffed

    def explain(*who):
        return run_proxyd("explain", "--config", file, "--client", "127.0.0.1", *who, "CONNECT", "127.0.0.1:443")

    assert explain("--user", "ann").returncode == 0, "she is in it"
    assert explain("--user", "eve").returncode == 1
    assert explain("--user", "eve", "--group", "staff").returncode == 0, "if she were"
    groups.write_text("staff ann\n")
    ended = explain("--user", "ann")
    assert ended.returncode == 2 and f"{groups}:1:1: not of the form" in ended.stderr


def test_check_tells_the_line_of_a_group_s_member_who_cannot_log_in(staffed):
    file, groups = staffed
    warning = f"{groups}:2: warning: zoe is in a group, but not in authentication.password_file"
    assert warning in run_proxyd("check", file).stdout


def test_check_warns_of_rules_that_never_decide(tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("access:\n  rules:\n    - deny: {names: [.a.test]}\n    - allow: {names: [b.a.test]}\n")
    ended = run_proxyd("check", file)
    assert ended.returncode == 0
    assert f"{file}:4: warning: rule 2 (line 4) never decides: rule 1 (line 3) matches all of it" in ended.stdout
