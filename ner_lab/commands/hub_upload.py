"""`push=ORG/NAME` of `ner-lab export`: the folder as a repository of the Hugging Face hub."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ner_lab.training import console
from ner_lab.types import UserError

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")


def checked(push: Any, private: Any) -> str:
    """A value of `push`, before anything is made; "" for none.

    Raises:
        UserError: it is no ORG/NAME, nobody is logged in, or the hub is turned off here.
    """
    if not isinstance(private, bool):
        raise UserError(f"private={private}: must be true or false")
    if push is None:
        return ""
    if not isinstance(push, str) or not _NAME.fullmatch(push):
        raise UserError(f"push={push}: must be ORG/NAME, as repositories of the hub are called")
    from huggingface_hub import constants, get_token

    if constants.HF_HUB_OFFLINE:
        raise UserError(
            f"push={push}: HF_HUB_OFFLINE is set, so nothing can be sent to the hub; unset it, or leave push out"
        )
    if not get_token():
        raise UserError(f"push={push}: nobody is logged in to the hub; say hf auth login, or set HF_TOKEN")
    return push


def upload(folder: Path, name: str, private: bool) -> None:
    """Sends a folder; a repository that is not there is made.

    Raises:
        UserError: the hub cannot be reached, or refuses; the folder stays.
    """
    from huggingface_hub import HfApi, constants
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    api = HfApi(endpoint=constants.ENDPOINT, library_name="ner-lab")
    try:
        api.create_repo(name, private=private, exist_ok=True)
        sent = api.upload_folder(repo_id=name, folder_path=folder, commit_message="Export of ner-lab")
    except Exception as error:  # of the client, its transport and the hub, each with kinds of their own
        first = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise UserError(
            f"push={name}: not sent ({first[:200]}); the export is in {folder}, and hf upload {name} {folder} sends it "
            "later"
        ) from error
    console.say(f"sent to {getattr(sent, 'commit_url', None) or f'{constants.ENDPOINT}/{name}'}")
