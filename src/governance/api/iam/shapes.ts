import type {
  AttachedPermissionsBoundary,
  Group,
  InstanceProfile,
  Policy,
  PolicyVersion as PolicyVersionShape,
  Role,
  Tag as TagShape,
  User,
} from '@aws-sdk/client-iam'
import {
  listMembers,
  type Entity,
  type ManagedPolicy,
  type PolicyVersion,
  type Store,
  type Tag,
} from '#governance/identity'

/** Documents travel percent-encoded (RFC 3986) inside the XML. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export function toTags(tags: readonly Tag[]): TagShape[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}

export function fromTags(tags: readonly TagShape[] | undefined): Tag[] {
  return (tags ?? []).map((tag) => ({ key: tag.Key!, value: tag.Value ?? '' }))
}

/** As in a list: without tags and boundary, which Get and Create show. */
export function toListedUser(user: Entity<'user'>): User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: new Date(user.createdAtMs),
  }
}

export function toUser(user: Entity<'user'>): User {
  return {
    ...toListedUser(user),
    PermissionsBoundary: toBoundary(user.attributes.boundaryArn),
    ...(user.tags.length > 0 ? { Tags: toTags(user.tags) } : {}),
  }
}

export function toGroup(group: Entity<'group'>): Group {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: group.arn,
    CreateDate: new Date(group.createdAtMs),
  }
}

export function toListedRole(role: Entity<'role'>): Role {
  const { attributes } = role
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAtMs),
    AssumeRolePolicyDocument: encodeDocument(attributes.trustPolicy),
    Description: attributes.description,
    MaxSessionDuration: attributes.sessionSecondsMax,
  }
}

export function toRole(role: Entity<'role'>): Role {
  const { attributes } = role
  return {
    ...toListedRole(role),
    PermissionsBoundary: toBoundary(attributes.boundaryArn),
    ...(role.tags.length > 0 ? { Tags: toTags(role.tags) } : {}),
    RoleLastUsed:
      attributes.lastUsedAtMs === undefined
        ? {}
        : { LastUsedDate: new Date(attributes.lastUsedAtMs), Region: attributes.lastUsedRegion },
  }
}

export async function toInstanceProfile(
  store: Store,
  profile: Entity<'instance-profile'>,
): Promise<InstanceProfile> {
  const roles = await listMembers<'role'>(store, profile)
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAtMs),
    Roles: roles.map(toListedRole),
    ...(profile.tags.length > 0 ? { Tags: toTags(profile.tags) } : {}),
  }
}

export function toListedPolicy(policy: ManagedPolicy): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: policy.attachmentCount,
    PermissionsBoundaryUsageCount: policy.boundaryCount,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAtMs),
    UpdateDate: new Date(policy.updatedAtMs),
  }
}

export function toPolicy(policy: ManagedPolicy): Policy {
  return {
    ...toListedPolicy(policy),
    Description: policy.description,
    ...(policy.tags.length > 0 ? { Tags: toTags(policy.tags) } : {}),
  }
}

/** Lists leave the document out. */
export function toListedVersion(version: PolicyVersion): PolicyVersionShape {
  return {
    VersionId: version.versionId,
    IsDefaultVersion: version.isDefault,
    CreateDate: new Date(version.createdAtMs),
  }
}

function toBoundary(arn: string | undefined): AttachedPermissionsBoundary | undefined {
  return arn === undefined
    ? undefined
    : {
        PermissionsBoundaryType: 'Policy' as 'PermissionsBoundaryPolicy',
        PermissionsBoundaryArn: arn,
      }
}
