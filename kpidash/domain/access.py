"""Who may do what, where: the whole policy, and the only place that makes a `Scope`.

A grant gives a role on a department and everything below it, or on the whole company. Heads named in the
catalogue hold their grant by that. Everybody with any grant sees the company's own score; below that, what
a scope does not hold is absent.
"""

from collections.abc import Iterable
from dataclasses import InitVar, dataclass
from enum import StrEnum
from functools import cached_property

from kpidash.domain.catalogue import Catalogue, Department


class Role(StrEnum):
    """What a person is to the company."""

    EXECUTIVE = "executive"
    DEPARTMENT_HEAD = "department_head"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    VIEWER = "viewer"


class Capability(StrEnum):
    """What can be done; with a department where it is about one's numbers."""

    READ = "read"
    UPLOAD = "upload"
    DEFINE = "define"
    MANAGE_USERS = "manage_users"
    AUDIT = "audit"
    CHECK_IN = "check_in"
    PROPOSE_TARGETS = "propose_targets"


POLICY: dict[Role, frozenset[Capability]] = {
    Role.EXECUTIVE: frozenset({Capability.READ}),
    Role.DEPARTMENT_HEAD: frozenset({Capability.READ, Capability.CHECK_IN, Capability.PROPOSE_TARGETS}),
    Role.ANALYST: frozenset({Capability.READ, Capability.UPLOAD}),
    Role.ADMINISTRATOR: frozenset({Capability.DEFINE, Capability.MANAGE_USERS}),
    Role.AUDITOR: frozenset({Capability.READ, Capability.AUDIT}),
    Role.VIEWER: frozenset({Capability.READ}),
}
"""Role × capability. What is not here is refused."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on `department` and all below it; on the whole company when it is None."""

    role: Role
    department: str | None = None


class NotPermitted(Exception):  # noqa: N818 - reads as the answer that people get
    """The person may not do this; the message says what and for whom."""


_MADE_HERE = object()


@dataclass(frozen=True)
class Scope:
    """What one person may do: for each capability the departments, and whether the whole company.

    Services take nothing else for an identity. Only this module can make one. `origin` says from where the
    person asks, for the audit trail; it gives no right. A `lent` scope is part of what a person may do, for a
    program: it holds what stands in `held` and nothing by being that person.
    """

    actor: str
    held: tuple[tuple[Capability, frozenset[str], bool], ...]
    origin: str = ""
    lent: bool = False
    maker: InitVar[object] = None  # not kept, so that no copy with other rights can be made from a scope

    def __post_init__(self, maker: object) -> None:
        if maker is not _MADE_HERE:
            raise TypeError("a Scope is made by kpidash.domain.access alone")

    def departments(self, capability: Capability) -> frozenset[str]:
        """The codes of the departments in which the person holds `capability`."""
        return next((codes for held, codes, _ in self.held if held is capability), frozenset())

    def everywhere(self, capability: Capability) -> bool:
        """Whether the person holds `capability` for the whole company."""
        return any(whole for held, _, whole in self.held if held is capability)

    def may(self, capability: Capability, department: str | None = None) -> bool:
        """Whether the person may do this in `department`; without one, anywhere at all."""
        if department is None:
            return any(codes or whole for held, codes, whole in self.held if held is capability)
        return self.everywhere(capability) or department in self.departments(capability)

    def made(self, actor: str) -> bool:
        """Whether what `actor` made is the own of whoever asks."""
        return not self.lent and actor == self.actor

    def require(self, capability: Capability, department: str | None = None) -> None:
        """Raise NotPermitted unless the person may do this."""
        if not self.may(capability, department):
            where = f" in {department}" if department else ""
            raise NotPermitted(f"{self.actor} may not {capability.replace('_', ' ')}{where}")

    def require_everywhere(self, capability: Capability) -> None:
        """Raise NotPermitted unless the person may do this for the whole company."""
        if not self.everywhere(capability):
            raise NotPermitted(f"{self.actor} may not {capability.replace('_', ' ')} for the whole company")

    @cached_property
    def key(self) -> str:
        """Text that is equal for scopes that see the same: for caches."""
        held = sorted(
            f"{capability}:{'*' if whole else ','.join(sorted(codes))}"
            for capability, codes, whole in self.held
        )
        return ";".join(held)


def scope_of(actor: str, grants: Iterable[Grant], catalogue: Catalogue, *, origin: str = "") -> Scope:
    """The scope of a person with `grants`, and as head of the departments that name `actor` as theirs."""
    every = frozenset(department.code for department in catalogue.departments)
    headed = [Grant(Role.DEPARTMENT_HEAD, one.code) for one in headed_by(actor, catalogue)]
    held: dict[Capability, set[str]] = {}
    whole: set[Capability] = set()
    for grant in [*grants, *headed]:
        if grant.department is not None and grant.department not in every:
            continue  # the department is gone; so is what was held there
        covered = every if grant.department is None else catalogue.subtree(grant.department)
        for capability in POLICY[grant.role]:
            held.setdefault(capability, set()).update(covered)
            if grant.department is None:
                whole.add(capability)
    made = tuple(
        (capability, frozenset(held[capability]), capability in whole) for capability in sorted(held)
    )
    return Scope(actor, made, origin, maker=_MADE_HERE)


def headed_by(email: str, catalogue: Catalogue) -> tuple[Department, ...]:
    """The departments whose head has this address; in other letters (ß, ss) it is that of somebody else."""
    person = email.lower()
    return tuple(one for one in catalogue.departments if one.head and one.head.lower() == person)


def narrowed(
    scope: Scope, capabilities: Iterable[Capability], departments: Iterable[str] | None, catalogue: Catalogue
) -> Scope:
    """What is left of a scope for these capabilities, and in these departments and all below them; lent.

    None for departments leaves the places as they are. Nothing can be gained by it.
    """
    wanted = frozenset(capabilities)
    kept = [one for one in scope.held if one[0] in wanted]
    if departments is not None:
        every = frozenset(department.code for department in catalogue.departments)
        inside = frozenset[str]().union(*(catalogue.subtree(code) for code in every & set(departments)))
        kept = [(one, inside if whole else codes & inside, False) for one, codes, whole in kept]
        kept = [one for one in kept if one[1]]
    return Scope(scope.actor, tuple(kept), scope.origin, lent=True, maker=_MADE_HERE)


def asking_from(scope: Scope, origin: str) -> Scope:
    """The same scope for somebody who asks from `origin`."""
    return Scope(scope.actor, scope.held, origin, scope.lent, _MADE_HERE)


def system_scope(actor: str, *, origin: str = "") -> Scope:
    """The scope of the system user, who runs the command line on the machine itself and may do everything."""
    everything = tuple((capability, frozenset[str](), True) for capability in Capability)
    return Scope(actor, everything, origin, maker=_MADE_HERE)
