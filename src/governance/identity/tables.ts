/** Rows of the identity module. Times in epoch milliseconds; JSON as text. */
export interface IdentityTables {
  readonly identity_accounts: AccountRow
  readonly identity_access_keys: AccessKeyRow
  readonly identity_entities: EntityRow
  readonly identity_memberships: MembershipRow
  readonly identity_attachments: AttachmentRow
  readonly identity_inline_policies: InlinePolicyRow
  readonly identity_policy_versions: PolicyVersionRow
  readonly identity_sessions: SessionRow
}

export interface AccountRow {
  account_id: string
  canonical_user_id: string
  created_at_ms: number
}

export interface AccessKeyRow {
  access_key_id: string
  account_id: string
  /** The user's id; empty for the root of the account. */
  user_id: string
  secret_sealed: Uint8Array
  active: number
  created_at_ms: number
  last_used_at_ms: number | null
  last_used_service: string | null
  last_used_region: string | null
}

/** Users, groups, roles, instance profiles and managed policies: what they share, and the rest as JSON. */
export interface EntityRow {
  id: string
  account_id: string
  kind: string
  name: string
  /** Lower case: names differ by more than their case. */
  name_key: string
  path: string
  created_at_ms: number
  tags: string
  attributes: string
}

export interface MembershipRow {
  /** Group or instance profile. */
  container_id: string
  /** User or role. */
  member_id: string
  added_at_ms: number
}

export interface AttachmentRow {
  account_id: string
  entity_id: string
  policy_arn: string
  attached_at_ms: number
}

export interface InlinePolicyRow {
  entity_id: string
  name: string
  document: string
}

export interface PolicyVersionRow {
  policy_id: string
  version: number
  document: string
  created_at_ms: number
}

export interface SessionRow {
  access_key_id: string
  account_id: string
  /** `role`, or whose GetSessionToken it was: `user`, `root`. */
  kind: string
  /** Role or user id; empty for root. */
  principal_id: string
  session_name: string
  secret_sealed: Uint8Array
  token_sealed: Uint8Array
  /** JSON: session policies, session tags, source identity. */
  attributes: string
  created_at_ms: number
  expires_at_ms: number
}
