export type {
  AccessRequest,
  Authorization,
  FoundSide,
  ResourcePolicySource,
  SideQuestion,
} from './access.ts'
export {
  createAccessKey,
  deleteAccessKey,
  findAccessKey,
  listAccessKeys,
  setAccessKeyActive,
  type AccessKey,
  type NewAccessKey,
} from './access-keys.ts'
export type { Account, GivenRootKey, RootCredentials } from './accounts.ts'
export type { AssumedRole, AssumeRoleInput, ServiceSessionInput } from './assume-role.ts'
export {
  attachPolicy,
  deleteInlinePolicy,
  detachPolicy,
  getInlinePolicy,
  listAttached,
  listHoldersOf,
  listInlinePolicies,
  putInlinePolicy,
  type AttachedPolicy,
  type HolderKind,
} from './attachments.ts'
export {
  createEntity,
  deleteEntity,
  entityNotFound,
  findUser,
  getEntity,
  listEntities,
  tagEntity,
  untagEntity,
  updateEntity,
  type Entity,
  type EntityKind,
  type EntityRef,
  type RoleAttributes,
  type Tag,
} from './entities.ts'
export { IdentityErrors } from './errors.ts'
export { createIdentity, type Identity, type IdentityDeps } from './identity.ts'
export { awsManagedPolicies } from './managed-policies.ts'
export { addMember, listContainers, listMembers, removeMember } from './memberships.ts'
export { migrations } from './migrations.ts'
export {
  createPolicy,
  deletePolicy,
  describeAwsPolicy,
  describePolicy,
  getPolicy,
  retagPolicy,
  type ManagedPolicy,
} from './policies.ts'
export {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
  type PolicyVersion,
} from './policy-versions.ts'
export { parseBucketPolicy } from './policy/bucket-policy.ts'
export type { Grantee } from './policy/decide.ts'
export { parsePolicy, type Policy } from './policy/document.ts'
export { parsedPolicies } from './policy/parsed-policies.ts'
export { isPublicPolicy } from './policy/public.ts'
export { letsService, type ServiceCall } from './policy/service-access.ts'
export { asksForObjectTags } from './principal-policies.ts'
export type { KnownCredential, Principal } from './principal.ts'
export {
  createGroup,
  createInstanceProfile,
  createRole,
  createUser,
  deleteGroup,
  deleteInstanceProfile,
  deleteRole,
  deleteUser,
  updateTrustPolicy,
} from './principals.ts'
export type { SessionCredentials } from './sessions.ts'
export type { Store } from './store.ts'
