"""Which language a form speaks: ``ac.forms.language``, else JupyterLab's, else the system's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.texts import words_for

if TYPE_CHECKING:
    from pathlib import Path

PLUGIN = "@jupyterlab/translation-extension:plugin"

AS_WRITTEN = """{
    // Language
    // @jupyterlab/translation-extension:plugin
    // Language settings.
    // *****************

    // Language locale
    // Set the interface display language. Examples: 'es_CO', 'fr_FR'. Requires corresponding language pack.
    "locale": "sv_SE"
}"""
"""What JupyterLab 4.4.9 and 4.6.6 keep when somebody chooses Swedish, byte for byte as their page sends it."""


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A person who has chosen nothing, on a German system."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "JUPYTERLAB_SETTINGS_DIR", "JUPYTER_CONFIG_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTERLAB_DIR", str(tmp_path / "lab"))


def write(path: Path, text: str) -> None:
    """Write a file of settings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def own(tmp_path: Path, text: str) -> None:
    """Write the person's own settings of the language."""
    place = tmp_path / "config" / "lab" / "user-settings" / "@jupyterlab" / "translation-extension"
    write(place / "plugin.jupyterlab-settings", text)


def test_what_is_nearer_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is asked for comes first, then `ac.forms.language`, then JupyterLab's, then the system's, then English."""
    assert words_for().language == "en"
    monkeypatch.setenv("LANG", "sv_SE.UTF-8")
    assert words_for().language == "sv"
    own(tmp_path, AS_WRITTEN.replace("sv_SE", "en_GB"))
    assert words_for().language == "en"
    monkeypatch.setattr(ac.forms, "language", "sv-SE")
    assert words_for().language == "sv"
    assert words_for("en").language == "en"


def test_a_language_chosen_in_jupyterlab_is_spoken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file that JupyterLab writes is read where JupyterLab keeps it, also in a folder that a variable names."""
    own(tmp_path, AS_WRITTEN)
    assert words_for().language == "sv"
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", str(tmp_path / "settings"))
    assert words_for().language == "en"
    write(tmp_path / "settings" / "@jupyterlab" / "translation-extension" / "plugin.jupyterlab-settings", AS_WRITTEN)
    assert words_for().language == "sv"


@pytest.mark.parametrize(
    "place",
    [
        "config/labconfig/default_setting_overrides.json", "config/labconfig/default_setting_overrides.d/10-site.json",
        "lab/settings/overrides.json", "lab/settings/overrides.json5", "lab/settings/overrides.d/site.json",
    ],
)  # fmt: skip
def test_a_language_that_was_chosen_for_everybody_is_spoken(
    place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Defaults that an administrator has changed count, where the person has chosen nothing else."""
    text = json.dumps({"@jupyterlab/apputils-extension:themes": {"theme": "x"}, PLUGIN: {"locale": "sv_SE"}})
    write(tmp_path / place, text + ("// why\n" if place.endswith("5") else ""))
    assert words_for().language == "sv"
    own(tmp_path, '{"locale": "en"}')
    assert words_for().language == "en"
    own(tmp_path, '{"locale": "default"}')  # the system's
    assert words_for().language == "en"
    monkeypatch.setenv("LANG", "sv_FI")
    assert words_for().language == "sv"


def test_a_person_s_configuration_counts_more_than_the_application_s(tmp_path: Path) -> None:
    """Of two that chose for everybody, the one beside Jupyter's configuration counts, as in JupyterLab."""
    write(tmp_path / "lab" / "settings" / "overrides.json", json.dumps({PLUGIN: {"locale": "en"}}))
    write(
        tmp_path / "config" / "labconfig" / "default_setting_overrides.json", json.dumps({PLUGIN: {"locale": "sv_SE"}})
    )
    assert words_for().language == "sv"


@pytest.mark.parametrize("rubbish", ["", "[", "[1]", '{"locale": 3}', "3", "[" * 100_000, "\x00"])
def test_settings_that_say_nothing_are_passed_over(
    rubbish: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Settings of JupyterLab that cannot be read, or choose no language, are no reason to fail."""
    own(tmp_path, rubbish)
    write(tmp_path / "config" / "labconfig" / "default_setting_overrides.json", rubbish)
    write(tmp_path / "lab" / "settings" / "overrides.json", json.dumps({PLUGIN: rubbish}))
    monkeypatch.setenv("LANGUAGE", "sv")
    assert words_for().language == "sv"


@pytest.mark.parametrize(
    ("said", "spoken"),
    [("sv_SE.UTF-8", "sv"), ("sv_FI@euro", "sv"), ("SV", "sv"), ("en_US.UTF-8", "en"), ("C.UTF-8", "en"), ("", "en")],
)
def test_the_system_s_language_is_read_as_the_system_writes_it(
    said: str, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Country, encoding and variant of a locale are passed over."""
    monkeypatch.setenv("LANG", said)
    assert words_for().language == spoken


def test_only_what_forms_speak_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """`ac.forms.language` takes "en", "sv" and None; anything else is refused where it is set, with the nearest."""
    monkeypatch.setattr(ac.forms, "language", None)
    for language in ("sv", "en", "sv_SE", None):
        ac.forms.language = language
        assert ac.forms.language == language
        assert words_for().language == (language or "en")[:2]
    ac.forms.language = "sv"
    for wrong, advice in {
        "fi": r"do not speak 'fi'[\s\S]*'en', 'sv'", "swedish": "Did you mean 'sv'", "Svenska": "Did you mean 'sv'",
        "sve": "Did you mean 'sv'", "": "'en', 'sv'", 3: "do not speak int",
    }.items():  # fmt: skip
        with pytest.raises(ConfigurationError, match=advice):
            ac.forms.language = wrong  # type: ignore[assignment]  # on purpose
        assert ac.forms.language == "sv"
    with pytest.raises(ConfigurationError, match="do not speak 'fi'"):
        words_for("fi")


def test_plural_forms_are_those_of_the_language() -> None:
    """In Swedish one is one, and none and all others are several, as in English."""
    translations: Any = words_for("sv").translations
    assert [translations.plural(count) for count in (0, 1, 2, 1_000_000)] == [1, 0, 1, 1]
