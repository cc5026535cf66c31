"""What ``deploy/scale`` and ``deploy/kubernetes`` say is true, as far as can be told without Docker and a cluster.

Commands are tried as they stand, what they name is looked up in the project, and the one-off jobs run against real
services. The values for Dagster's chart are held against the keys that the chart knows, and against Dagster's own
library, which makes the pods of runs and steps from them.

Belongs here: files for several machines. Those for one are ``test_deploy``'s, whose look at the Dockerfile is for all.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from pipeline import addresses
from pipeline.settings import PROJECT, Settings
from pipeline.warehouse import ducklake_connection
from tests.deploy.test_deploy import (
    BIN,
    DEPLOY,
    Program,
    Server,
    copies,
    dockerfile,
    image,  # noqa: F401  a fixture
    image_environment,
)
from tests.deploy.test_deploy import _check_what_is_loaded as check_what_is_loaded
from tests.deploy.test_deploy import _kill as kill
from tests.deploy.test_deploy import _replace as replaced
from tests.support.services import S3, Postgres, Redis, free_port, running

SCALE, KUBERNETES = DEPLOY / "scale", DEPLOY / "kubernetes"
#: Of compose.yaml of one machine: what is asked of the shell, and is no setting of the project.
SHELL_ONLY = {"OGI_RAW", "OGI_PATH_PREFIX"}


def filled(text: str, given: Mapping[str, str] | None = None) -> str:
    """Compose's variables replaced by what is given, by their defaults, or, where they must be given, by a word."""
    known = given or {}

    def value(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        return known.get(name, "given" if default is None else default)

    found = re.sub(r"\$\{(?P<name>\w+)(:-(?P<default>[^}]*)|:\?[^}]*)\}", value, text)
    assert "${" not in found
    return found.replace("$$", "$")


def compose(given: Mapping[str, str] | None = None, name: str = "compose.yaml") -> dict[str, Any]:
    """A compose file of ``deploy/scale``."""
    found: dict[str, Any] = yaml.safe_load(filled((SCALE / name).read_text(), given))
    return found


def services() -> dict[str, dict[str, Any]]:
    """Its services."""
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    """Those that run the project's image."""
    return {name: service for name, service in services().items() if "build" in service}


def values() -> dict[str, Any]:
    """The values for the chart, without what only the file itself refers to."""
    found = yaml.safe_load((KUBERNETES / "values.yaml").read_text())
    return {key: value for key, value in found.items() if not key.startswith("x-")}


def config_map() -> dict[str, str]:
    (found,) = values()["extraManifests"]
    data: dict[str, str] = found["data"]
    return data


def snake(value: Any) -> Any:
    """Keys of the chart as keys of dagster.yaml."""
    if isinstance(value, dict):
        return {re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), key): snake(each) for key, each in value.items()}
    return value


# Names


def test_every_setting_that_is_named_exists() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.name != ".env"]
    assert len(files) > 10
    named = {(path.name, name) for path in files for name in re.findall(r"\bOGI_[A-Z_]+\b", path.read_text())}
    assert ("compose.yaml", "OGI_BROKER") in named
    known = {f"OGI_{field.upper()}" for field in Settings.model_fields} | SHELL_ONLY
    assert {(file, name) for file, name in named if name not in known} == set()


@pytest.mark.parametrize(
    "environment",
    [services()["worker"]["environment"], services()["code"]["environment"], {**config_map(), "PGPASSWORD": "x"}],
    ids=["worker", "code", "kubernetes"],
)
def test_the_settings_are_read_as_meant(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**image_environment(), **environment}.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.execution == ("celery" if "OGI_BROKER" in environment else "kubernetes")
    assert [str(place) for place in (settings.source, settings.staging)] == [
        "s3://ogi-raw/reports",
        "s3://ogi-staging/staging",
    ]
    assert str(settings.warehouse).startswith("ducklake:postgres:dbname=lake ")
    assert "password" not in str(settings.warehouse)
    assert settings.lake_data == "s3://ogi-lake/tables/"
    assert str(settings.dagster_home) == "/var/lib/ogi/dagster"
    assert str(settings.scratch) == "/var/lib/ogi/scratch"


def test_what_may_be_written_is_a_volume_that_the_image_gives_to_its_user() -> None:
    (prepared,) = (rest for name, rest in dockerfile() if name == "RUN" and "useradd" in rest)
    folders = {f"/var/lib/{word}" for word in prepared.split() if re.fullmatch(r"ogi/\w+", word)}
    for name in ("code", "worker"):
        mounts = {mount.split(":")[1] for mount in services()[name]["volumes"] if not mount.startswith(".")}
        assert mounts == {"/var/lib/ogi/dagster", "/var/lib/ogi/scratch"} <= folders
    assert set(compose()["volumes"]) == {
        mount.split(":")[0]
        for service in services().values()
        for mount in service.get("volumes", [])
        if not mount.startswith(".")
    }


def test_what_is_mounted_or_named_is_there() -> None:
    for service in ours().values():
        assert (SCALE / service["build"]["context"]).resolve() == PROJECT
        assert (PROJECT / service["build"]["dockerfile"]).is_file()
        for mount in service.get("volumes", []):
            assert not mount.startswith(".") or (SCALE / mount.split(":")[0]).is_file()
    for folder in (SCALE, KUBERNETES):
        named = re.findall(r"\bdeploy/[\w./*-]*\w", (folder / "README.md").read_text())
        assert [path for path in named if path != "deploy/scale/.env" and not list(PROJECT.glob(path))] == []
    links = re.findall(r"\]\(([^)#:]+)[^):]*\)", (SCALE / "README.md").read_text())
    assert links
    assert [link for link in links if not (SCALE / link).exists()] == []


def test_the_image_has_what_the_commands_name() -> None:
    copied = {target for _, target in copies()}
    for service in ours().values():
        files = [word for word in service["command"] if word.startswith("deploy/")]
        assert set(files) <= copied, service["command"]


# Commands


def commands() -> Iterator[list[str]]:
    """Every command line of the project's image."""
    for service in ours().values():
        yield service["command"]
        if "healthcheck" in service:
            kind, *words = service["healthcheck"]["test"]
            yield shlex.split(words[0]) if kind == "CMD-SHELL" else words


@pytest.mark.parametrize("words", list(commands()), ids=lambda words: " ".join(words)[-60:])
def test_a_command_exists_and_has_its_options(words: list[str], tmp_path: Path) -> None:
    program = BIN / words[0]
    assert os.access(program, os.X_OK)
    if program.name == "python":  # health of the webserver as in test_deploy; the other is run below
        return
    environment = {**os.environ, "OGI_EXECUTION": "celery", "DAGSTER_HOME": str(tmp_path)}
    # Options are parsed before any of them, --help too, is acted upon; Celery's app is loaded before that.
    done = subprocess.run(
        [program, *words[1:], "--help"], env=environment, capture_output=True, text=True, check=False, cwd=PROJECT
    )
    assert done.returncode == 0, done.stderr


def test_a_worker_has_one_step_at_a_time_and_more_than_one_worker_starts() -> None:
    worker = services()["worker"]
    words = worker["command"]
    assert words[:4] == ["celery", "-A", "pipeline.worker", "worker"]
    assert words[words.index("--concurrency") + 1] == "1"
    assert worker["deploy"]["replicas"] >= 2
    assert worker["environment"]["OGI_WORKERS"] == worker["deploy"]["resources"]["limits"]["cpus"]


# Who reaches what, and who may do what


def test_only_this_machine_reaches_a_published_port() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert set(published) == {"webserver"}
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in published["webserver"])
    assert not any("network_mode" in service for service in services().values())
    assert compose()["networks"]["inner"] == {"internal": True}
    for name in ("postgres", "redis", "s3"):
        assert services()[name]["networks"] == ["inner"]


def test_further_machines_come_in_at_one_address_that_must_be_named() -> None:
    text = (SCALE / "private.yaml").read_text()
    for service in yaml.safe_load(text)["services"].values():
        (port,) = service["ports"]
        assert re.fullmatch(r"\$\{PRIVATE_ADDRESS:\?[^}]+\}:(\d+):\1", port)
    assert set(compose(name="private.yaml")["services"]) == {"postgres", "redis", "s3"}


def test_images_are_pinned() -> None:
    images = {service["image"] for service in services().values()} | {
        f"{values()['postgresql']['image']['repository'].removeprefix('library/')}:"
        f"{values()['postgresql']['image']['tag']}"
    }
    images -= {"ogi-warehouse:local"}  # which is built here
    assert len(images) == 3, "the chart's check uses the same PostgreSQL"
    assert [each for each in images if not re.fullmatch(r"[\w./-]+:\d+\.\d+(\.\d+)?", each)] == []
    for where in ("dagsterWebserver", "dagsterDaemon"):
        assert values()[where]["image"] == values()["dagster-user-deployments"]["deployments"][0]["image"]
    assert values()["dagsterDaemon"]["image"]["tag"] not in ("", "latest", None)


def test_nobody_is_root_and_what_need_not_be_written_is_not() -> None:
    (user,) = (rest for name, rest in dockerfile() if name == "USER")
    assert user == "ogi"
    for name, service in services().items():
        assert "build" in service or service["user"] not in ("", "root", "0"), name
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        for mount in service.get("volumes", []):
            assert not mount.startswith(".") or mount.endswith(":ro"), mount


def test_what_stays_has_limits_and_tells_its_health() -> None:
    for name, service in services().items():
        if service["restart"] != "no":
            assert service["healthcheck"]["test"], name
            assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name


def test_secrets_are_asked_for_and_none_is_shipped() -> None:
    text = (SCALE / "compose.yaml").read_text()
    needed = set(re.findall(r"\$\{(\w+):\?", text))
    example = (SCALE / ".env.example").read_text()
    assert needed == set(re.findall(r"^(\w+)=$", example, re.M)), "each stands there, and empty"
    optional = set(re.findall(r"\$\{(\w+):-", text)) | set(
        re.findall(r"\$\{(\w+):\?", (SCALE / "private.yaml").read_text())
    )
    assert optional == set(re.findall(r"^#(\w+)=", example, re.M))
    secret = "tell-nobody"
    known = compose(dict.fromkeys(needed, secret))["services"]
    for name, service in known.items():
        for key, value in service.get("environment", {}).items():
            assert secret not in str(value) or key.endswith(("PASSWORD", "KEY", "KEY_ID")), (name, key)
        assert secret not in str({**service, "environment": None})
    administrator = compose({"DB_ADMIN_PASSWORD": secret})["services"]
    assert {name for name, service in administrator.items() if secret in str(service)} == {"postgres", "prepare"}
    ignored = (SCALE / ".gitignore").read_text().split()
    assert ignored == [".env"]


# Dagster's instance


def test_dagsters_instance_is_the_projects_but_for_its_storage() -> None:
    project = yaml.safe_load((PROJECT / "dagster.yaml").read_text())
    scale = yaml.safe_load((SCALE / "dagster.yaml").read_text())
    assert {key: value for key, value in scale.items() if key not in ("storage", "compute_logs")} == project


def test_the_charts_instance_is_the_projects() -> None:
    project = yaml.safe_load((PROJECT / "dagster.yaml").read_text())
    chart = values()
    for key in ("concurrency", "retention"):
        assert snake({**chart[key], "enabled": None}) == {**project[key], "enabled": None}
        assert chart[key]["enabled"]
    monitoring = snake(chart["dagsterDaemon"]["runMonitoring"])
    assert monitoring.pop("max_resume_run_attempts") > 0
    assert monitoring == project["run_monitoring"]
    assert chart["telemetry"] == project["telemetry"]
    assert chart["additionalInstanceConfig"] == {"nux": project["nux"]}
    # The chart refuses both: concurrency has it.
    assert "runCoordinator" not in chart["dagsterDaemon"]


@pytest.fixture(scope="module")
def ready() -> Iterator[tuple[Postgres, S3, dict[str, str]]]:
    """A database server and a store, after ``prepare``; and what the programs have in their environment."""
    with running(Postgres) as postgres, running(S3) as store:
        places = {"DB_PASSWORD": "it's", "DB_HOST": postgres.host, "S3_ENDPOINT": store.endpoint}
        found = compose(places)["services"]
        # Its port is its own, and its administrator is called ogi: the programs' role gets another name.
        there = {"PATH": f"{BIN}:{os.environ['PATH']}", **store.environment, "PGPORT": str(postgres.port)}
        job = found["prepare"]
        environment = {
            **{key: str(value) for key, value in job["environment"].items()},
            **there,
            "PGUSER": "ogi",
            "ROLE": "programs",
        }
        told = []
        for _ in range(2):
            done = subprocess.run(
                job["command"], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            told.append(done.stdout.splitlines())
        assert told == [
            [
                "role programs: made",
                *(f"database {name}: made" for name in ("dagster", "lake")),
                *(f"bucket {name}: made" for name in ("ogi-lake", "ogi-raw", "ogi-staging")),
            ],
            [],
        ]
        record = {**found["migrate"]["environment"], **there, "PGUSER": "programs"}
        yield postgres, store, record


def test_what_is_prepared_belongs_to_the_programs(ready: tuple[Postgres, S3, dict[str, str]]) -> None:
    postgres, store, _ = ready
    asked = (
        "SELECT pg_get_userbyid(datdba), has_database_privilege('public', datname, 'CONNECT') "
        "FROM pg_database WHERE datname IN ('dagster', 'lake')"
    )
    assert postgres.execute("postgres", asked).splitlines() == ["programs|f"] * 2
    rights = (
        "SELECT rolsuper, rolcreatedb, rolcanlogin, rolpassword LIKE 'SCRAM%' FROM pg_authid WHERE rolname = 'programs'"
    )
    assert postgres.execute("postgres", rights) == "f|f|t|t"
    assert [bucket["Name"] for bucket in store.client().list_buckets()["Buckets"]] == [
        "ogi-lake",
        "ogi-raw",
        "ogi-staging",
    ]


def test_prepare_says_when_the_store_refuses(ready: tuple[Postgres, S3, dict[str, str]]) -> None:
    """A store that is away is an error, not a bucket that is there."""
    postgres, _, _ = ready
    environment = {
        **os.environ,
        "PGHOST": postgres.host,
        "PGPORT": str(postgres.port),
        "PGUSER": "ogi",
        "ROLE": "programs",
        "ROLE_PASSWORD": "x",
        "OGI_SOURCE": "s3://ogi-raw/reports",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    done = subprocess.run(
        [sys.executable, SCALE / "prepare.py"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "127.0.0.1:1" in done.stderr


def test_dagsters_record_is_made_in_postgresql(ready: tuple[Postgres, S3, dict[str, str]], tmp_path: Path) -> None:
    """By the one-off job, with the instance as it is shipped: the driver that it names is installed, for one."""
    postgres, _, record = ready
    (tmp_path / "dagster.yaml").write_text((SCALE / "dagster.yaml").read_text())
    done = subprocess.run(
        services()["migrate"]["command"],
        env={**record, "DAGSTER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = postgres.execute("dagster", "SELECT tablename FROM pg_tables WHERE tableowner = 'programs'").split()
    assert {"runs", "event_logs", "job_ticks"} <= set(made)
    assert [path.name for path in tmp_path.iterdir()] == ["dagster.yaml"], "nothing of it is in SQLite"


def test_the_chart_names_the_driver_that_is_installed() -> None:
    """The chart writes the connection from this, as ``storage`` of dagster.yaml does above."""
    scale = yaml.safe_load((SCALE / "dagster.yaml").read_text())["storage"]["postgres"]["postgres_db"]
    assert values()["postgresql"]["postgresqlScheme"] == scale["scheme"]
    assert values()["postgresql"]["postgresqlDatabase"] == scale["db_name"]
    assert values()["global"]["dagsterHome"] == image_environment()["DAGSTER_HOME"]


# The chart

_POD = {"podSecurityContext", "securityContext", "resources", "volumes", "volumeMounts"}
_ENVIRONMENT = {"env", "envConfigMaps", "envSecrets"}
#: What the chart (1.13) knows, of where the values say anything: names it does not know it passes over in silence.
KNOWN = {
    "": {
        "global",
        "extraManifests",
        "postgresql",
        "generatePostgresqlPasswordSecret",
        "dagsterWebserver",
        "dagster-user-deployments",
        "runLauncher",
        "concurrency",
        "dagsterDaemon",
        "retention",
        "telemetry",
        "additionalInstanceConfig",
    },
    "global": {"dagsterHome", "postgresqlSecretName", "serviceAccountName", "celeryConfigSecretName"},
    "postgresql": {
        "enabled",
        "image",
        "postgresqlHost",
        "postgresqlUsername",
        "postgresqlPassword",
        "postgresqlDatabase",
        "postgresqlParams",
        "postgresqlScheme",
        "service",
    },
    "dagsterWebserver": {"image", "service", "readinessProbe", "pathPrefix", "replicaCount", *_POD, *_ENVIRONMENT},
    "dagsterDaemon": {"image", "runMonitoring", "runRetries", "runCoordinator", *_POD, *_ENVIRONMENT},
    "dagsterDaemon.runMonitoring": {
        "enabled",
        "startTimeoutSeconds",
        "cancelTimeoutSeconds",
        "maxRuntimeSeconds",
        "maxResumeRunAttempts",
        "pollIntervalSeconds",
        "freeSlotsAfterRunEndSeconds",
    },
    "dagster-user-deployments": {"enabled", "enableSubchart", "imagePullSecrets", "deployments"},
    "dagster-user-deployments.deployments.0": {
        "name",
        "image",
        "dagsterApiGrpcArgs",
        "port",
        "includeConfigInLaunchedRuns",
        *_POD,
        *_ENVIRONMENT,
    },
    "runLauncher": {"type", "config"},
    "runLauncher.config": {"k8sRunLauncher"},
    "runLauncher.config.k8sRunLauncher": {
        "imagePullPolicy",
        "image",
        "jobNamespace",
        "loadInclusterConfig",
        "envConfigMaps",
        "envSecrets",
        "envVars",
        "volumes",
        "volumeMounts",
        "labels",
        "resources",
        "securityContext",
        "runK8sConfig",
    },
    "runLauncher.config.k8sRunLauncher.runK8sConfig": {
        "containerConfig",
        "podSpecConfig",
        "podTemplateSpecMetadata",
        "jobSpecConfig",
        "jobMetadata",
    },
    "concurrency": {"enabled", "pools", "runs"},
    "concurrency.pools": {"defaultLimit", "granularity", "opGranularityRunBuffer"},
    "concurrency.runs": {"maxConcurrentRuns", "tagConcurrencyLimits"},
    "retention": {"enabled", "schedule", "sensor", "autoMaterialize"},
}


@pytest.mark.parametrize("place", KNOWN)
def test_the_chart_knows_the_keys(place: str) -> None:
    found: Any = values()
    for key in filter(None, place.split(".")):
        found = found[int(key)] if key.isdecimal() else found[key]
    assert set(found) <= KNOWN[place]


def test_the_chart_is_of_the_locked_version() -> None:
    (locked,) = re.findall(r"^dagster==(\S+)", (PROJECT / "requirements.lock").read_text(), re.M)
    for path in (KUBERNETES / "values.yaml", KUBERNETES / "README.md"):
        versions = re.findall(r"--version (\S+)", path.read_text())
        assert versions, path
        assert set(versions) == {locked}


def test_a_step_gets_a_pod_that_has_all_it_needs() -> None:
    """The job that Dagster's library makes of the values, which is what is asked of the cluster."""
    from dagster_k8s.container_context import K8sContainerContext
    from dagster_k8s.job import DagsterK8sJobConfig, UserDefinedDagsterK8sConfig, construct_dagster_k8s_job

    launcher = values()["runLauncher"]["config"]["k8sRunLauncher"]
    raw = launcher["runK8sConfig"]
    context = K8sContainerContext.create_from_config(
        {
            "k8s": {
                "image_pull_policy": launcher["imagePullPolicy"],
                "env_config_maps": [each["name"] for each in launcher["envConfigMaps"]],
                "env_secrets": [each["name"] for each in launcher["envSecrets"]],
                "volumes": launcher["volumes"],
                "volume_mounts": launcher["volumeMounts"],
                "resources": launcher["resources"],
                "security_context": launcher["securityContext"],
                "run_k8s_config": {
                    "pod_spec_config": raw["podSpecConfig"],
                    "job_spec_config": raw["jobSpecConfig"],
                },
            }
        }
    )
    built = values()["dagster-user-deployments"]["deployments"][0]["image"]
    assert isinstance(context.run_k8s_config, UserDefinedDagsterK8sConfig)
    job = construct_dagster_k8s_job(
        DagsterK8sJobConfig(
            job_image=f"{built['repository']}:{built['tag']}",
            dagster_home=values()["global"]["dagsterHome"],
            instance_config_map="dagster-instance",
            postgres_password_secret=values()["global"]["postgresqlSecretName"],
        ),
        ["dagster", "api", "execute_step"],
        "step",
        user_defined_k8s_config=context.run_k8s_config,
    ).to_dict()
    pod = job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == "registry.example/ogi-warehouse:2026-11-26"
    assert [each["config_map_ref"]["name"] for each in container["env_from"] if each["config_map_ref"]] == [
        "ogi-settings"
    ]
    assert [each["secret_ref"]["name"] for each in container["env_from"] if each["secret_ref"]] == ["ogi-secrets"]
    assert {each["mount_path"] for each in container["volume_mounts"]} == {
        "/var/lib/ogi/dagster",
        config_map()["OGI_SCRATCH"],
        "/tmp",
    }
    assert {each["name"] for each in container["volume_mounts"]} == {each["name"] for each in pod["volumes"]}
    assert container["resources"]["requests"]["cpu"] == config_map()["OGI_WORKERS"]
    assert pod["security_context"]["run_as_user"] == pod["security_context"]["fs_group"] == 10001
    assert container["security_context"]["read_only_root_filesystem"]
    assert job["spec"]["ttl_seconds_after_finished"] == 86400


def test_the_user_of_the_pods_is_the_images() -> None:
    (uid,) = (re.findall(r"--uid (\d+)", rest)[0] for name, rest in dockerfile() if name == "RUN" and "--uid" in rest)
    chart = values()
    (deployment,) = chart["dagster-user-deployments"]["deployments"]
    for place in (chart["dagsterWebserver"], chart["dagsterDaemon"], deployment):
        assert place["podSecurityContext"]["runAsUser"] == int(uid)
        assert place["podSecurityContext"]["runAsNonRoot"]
        assert place["securityContext"]["readOnlyRootFilesystem"]
        assert {each["name"] for each in place["volumeMounts"]} == {each["name"] for each in place["volumes"]}
    assert (
        chart["dagsterWebserver"]["readinessProbe"]["httpGet"]["port"] == chart["dagsterWebserver"]["service"]["port"]
    )
    assert deployment["dagsterApiGrpcArgs"] == ["--module-name", "pipeline.definitions"]


# Backups


def test_a_backup_is_read_as_the_readme_says(ready: tuple[Postgres, S3, dict[str, str]], tmp_path: Path) -> None:
    """The catalog dumped, its files copied after it, both restored under other names: the original may be gone."""
    postgres, store, _ = ready
    address = f"postgres:dbname=lake host={postgres.host} port={postgres.port} user=programs"
    place = urlsplit(compose()["services"]["worker"]["environment"]["OGI_LAKE_DATA"])
    lake = addresses.Lake(address)
    settings = Settings(warehouse=lake, lake_data=place.geturl(), scratch=tmp_path / "scratch")
    with store.found():
        with ducklake_connection.open_for_writing(lake, settings) as con:
            con.execute("CREATE TABLE numbers AS SELECT range AS i FROM range(1000)")
        dump = tmp_path / "lake.dump"
        _run(postgres.programs() / "pg_dump", "--format", "custom", "--file", dump, postgres.dsn("lake"))
        store.bucket("ogi-check")
        client = store.client()
        for key in store.objects(place.netloc):
            client.copy_object(Bucket="ogi-check", Key=key, CopySource={"Bucket": place.netloc, "Key": key})
            client.delete_object(Bucket=place.netloc, Key=key)

        postgres.execute("postgres", "CREATE DATABASE lake_check OWNER programs")
        _run(postgres.programs() / "pg_restore", "--dbname", postgres.dsn("lake_check"), dump)
        (elsewhere,) = re.findall(r'"(UPDATE ducklake_metadata [^"]+)"', (SCALE / "README.md").read_text())
        postgres.execute("lake_check", elsewhere)
        (rights,) = re.findall(r"^CREATE ROLE reader .*", (SCALE / "README.md").read_text(), re.M)
        for statement in rights.replace("'…'", "'x'").replace("DATABASE lake", "DATABASE lake_check").split(";"):
            postgres.execute("postgres", statement)
        for role in ("programs", "reader"):
            restored = f"ducklake:{address}".replace("dbname=lake", "dbname=lake_check").replace("programs", role)
            read = _run(
                BIN / "ogi", "sql", "--format", "csv", "--warehouse", restored, "SELECT sum(i) AS i FROM numbers"
            )
            assert read.split() == ["i", "499500"]


def _run(*words: str | Path) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# The processes


def test_it_comes_up(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """All of ours beside a real database, queue and store: healthy by their own checks, the location loaded."""
    with running(Postgres) as postgres, running(Redis) as redis, running(S3) as store:
        given = {"DB_HOST": postgres.host, "S3_ENDPOINT": store.endpoint, "BROKER": redis.url, "DB_PASSWORD": "x"}
        there = {**store.environment, "PGPORT": str(postgres.port), "PGUSER": "programs", "HOSTNAME": "here"}
        port, code = free_port(), free_port()
        places = {"/var/lib/ogi": str(tmp_path), "0.0.0.0": "127.0.0.1", "3000": str(port), "4000": str(code)}
        home = tmp_path / "dagster"
        home.mkdir()
        shutil.copytree(request.getfixturevalue("image"), folder := tmp_path / "image")
        for where in (home, folder):
            shutil.copyfile(SCALE / "dagster.yaml", where / "dagster.yaml")
        workspace = folder / "deploy" / "workspace.yaml"
        workspace.write_text(replaced(workspace.read_text(), {**places, "host: code": "host: 127.0.0.1"}))
        programs = {}
        for name, service in compose(given)["services"].items():
            if "build" not in service:
                continue
            environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}
            asked = {**image_environment(), **service["environment"], **there}
            environment |= {key: replaced(str(value), places) for key, value in asked.items()}
            # A worker is called by its machine, here by the name that its health is asked under.
            called = ["--hostname", "celery@here"] if name == "worker" else []
            command = [replaced(word, places) for word in service["command"]] + called
            kind, *health = service.get("healthcheck", {"test": [""]})["test"]
            asked_for = ["sh", "-c", *health] if kind == "CMD-SHELL" else [replaced(word, places) for word in health]
            programs[name] = Program(command, folder, environment, asked_for or None)
        administrator = {"PGUSER": "ogi", "ROLE": "programs", "ROLE_PASSWORD": "x"}
        programs["prepare"].environment.update(administrator)
        for once in ("prepare", "migrate"):
            assert programs[once].succeeds(programs[once].words), once
            del programs[once]
        server = Server(tmp_path, port, programs, runner="code")
        try:
            for name in ("code", "worker", "webserver", "daemon"):
                server.start(name)
            check_what_is_loaded(server)
            assert set(server.processes) == set(programs)
        finally:
            for process in server.processes.values():
                kill(process)
