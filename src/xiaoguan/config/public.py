"""The addresses that answer without a sign-in, each with its reason. The permission guard lets no other one through."""

from typing import Final

PUBLIC: Final = {
    "sign-in": "one must be able to sign in",
    "ui:set_language": "the sign-in page is read in both languages",
    "ui:set_theme": "the sign-in page follows the device's theme",
}
