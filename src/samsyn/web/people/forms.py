"""Sign-in and membership forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import Role
from samsyn.domain.glossary import term
from samsyn.web.people.models import Function, User, Workspace
from samsyn.web.ui.fields import offer, offer_rows


class SignInForm(AuthenticationForm):
    """User name and password, with one sentence when they do not fit together."""

    error_messages: dict[str, Any] = {  # noqa: RUF012 -- the base class has an instance attribute
        "invalid_login": _(
            "The user name and the password do not fit together. Check both; capitals count in the password."
        ),
        "inactive": _("This account is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")


class MembershipForm(forms.Form):
    """Let an existing account act for a function, in a role."""

    account = forms.CharField(label=_("User name"), max_length=80)
    function = forms.ModelChoiceField(label=_("Function"), queryset=Function.objects.none())
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, workspace: Workspace, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "function", Function.objects.filter(workspace=workspace, closed_on=None))
        shown = "en" if language == "en" else "sv"
        offer(self, "role", ((role.value, getattr(term(role.value), shown)) for role in Role))

    def clean_account(self) -> User:
        """Find the account by its name."""
        name = self.cleaned_data["account"].strip()
        user = User.objects.filter(username__iexact=name, is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                _(
                    "There is no account with that name. "
                    "Accounts are made with the command: samsyn account add"
                )
            )
        return user
