import type { Grant } from '@aws-sdk/client-s3'
import type { Call } from '#protocol/aws'
import type { S3Context } from './context.ts'
import { allUsers, authenticatedUsers } from './access/lists.ts'
import { writeObjectList } from './access/object-list.ts'
import { accessDenied, invalidArgument, malformedAcl, notImplemented, s3Error } from './errors.ts'

import { publicAccessBlock } from './settings/public-access.ts'
import { ownershipControls } from './settings/specs.ts'
import { readSetting } from './settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
const logDelivery = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
const permissions = ['FULL_CONTROL', 'WRITE', 'WRITE_ACP', 'READ', 'READ_ACP']

export interface AclInput {
  readonly ACL?: string | undefined
  readonly AccessControlPolicy?:
    | { readonly Grants?: Grant[] | undefined; readonly Owner?: { readonly ID?: string } }
    | undefined
  readonly GrantFullControl?: string | undefined
  readonly GrantRead?: string | undefined
  readonly GrantReadACP?: string | undefined
  readonly GrantWrite?: string | undefined
  readonly GrantWriteACP?: string | undefined
}

/** How S3 names who did not sign: https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html */
const anonymousId = '65a011a29cdf8ec533ec3d1ccaae921c'

/** Who owns the bucket, and what its account put into it. */
export async function ownerOf(ctx: Call & S3Context): Promise<{ readonly ID: string }> {
  return { ID: await ctx.canonicalUserId(ctx.accountId) }
}

/**
 * Who owns an object that is put: the writer, when he is of another account and the bucket does not take everything over.
 * Undefined for the bucket's own account. https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export async function foreignOwnerOf(
  ctx: Call & S3Context,
  bucket: string,
  cannedAcl: string | undefined,
): Promise<string | undefined> {
  const { caller, accountId } = ctx
  if (caller.accountId === accountId) return undefined
  const controls = await readSetting(ctx.objects, { accountId, bucket }, ownershipControls)
  const ownership = controls?.Rules?.[0]?.ObjectOwnership
  if (ownership === 'BucketOwnerEnforced') return undefined
  const isGiven = cannedAcl === 'bucket-owner-full-control'
  if (ownership === 'BucketOwnerPreferred' && isGiven) return undefined
  return caller.kind === 'anonymous' ? anonymousId : ctx.canonicalUserId(caller.accountId)
}

/** What a list holds when none was ever set. */
export function ownerGrants(ownerId: string): Grant[] {
  return [{ Grantee: { Type: 'CanonicalUser', ID: ownerId }, Permission: 'FULL_CONTROL' }]
}

/** The grants that a request asks for; undefined when it asks for none. Errors: `InvalidArgument`, `MalformedXML`. */
export function requestedGrants(
  input: AclInput,
  ownerId: string,
  bucketOwnerId = ownerId,
): Grant[] | undefined {
  const headers = headerGrants(input)
  const ways = [input.ACL, input.AccessControlPolicy, headers].filter((way) => way !== undefined)
  if (ways.length > 1) {
    throw s3Error(
      'InvalidRequest',
      400,
      'Specifying both Canned ACLs and Header Grants is not allowed',
    )
  }
  if (input.ACL !== undefined) return cannedGrants(input.ACL, ownerId, bucketOwnerId)
  if (input.AccessControlPolicy) return policyGrants(input.AccessControlPolicy, ownerId)
  return headers
}

/**
 * Refuses a list that the bucket's ownership and public access settings forbid:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html.
 */
export async function checkAclAllowed(
  ctx: Call & S3Context,
  bucket: string,
  grants: readonly Grant[],
  ownerId: string,
  kind: 'put' | 'update',
): Promise<void> {
  const ref = { accountId: ctx.accountId, bucket }
  const controls = await readSetting(ctx.objects, ref, ownershipControls)
  const enforced = controls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced'
  if (enforced && (kind === 'update' || !isOwnerOnly(grants, ownerId))) {
    throw s3Error('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs')
  }
  const block = await readSetting(ctx.objects, ref, publicAccessBlock)
  if (block?.BlockPublicAcls === true && isPublic(grants)) throw accessDenied()
}

export function isOwnerOnly(grants: readonly Grant[], ownerId: string): boolean {
  return grants.every(({ Grantee }) => Grantee?.ID === ownerId)
}

export function isPublic(grants: readonly Grant[]): boolean {
  return grants.some(
    ({ Grantee }) => Grantee?.URI === allUsers || Grantee?.URI === authenticatedUsers,
  )
}

/** Stored only when it says more than the default: the bucket's owner alone has full control. */
export function storedGrants(
  grants: readonly Grant[] | undefined,
  bucketOwnerId: string,
  foreignOwnerId?: string,
): string | undefined {
  if (foreignOwnerId !== undefined) {
    const list = grants ?? ownerGrants(foreignOwnerId)
    return writeObjectList({ ownerId: foreignOwnerId, grants: list })
  }
  if (!grants || isOwnerOnly(grants, bucketOwnerId)) return undefined
  return writeObjectList({ ownerId: undefined, grants })
}

function cannedGrants(acl: string, ownerId: string, bucketOwnerId: string): Grant[] {
  const group = (uri: string, ...names: Grant['Permission'][]): Grant[] =>
    names.map((Permission) => ({ Grantee: { Type: 'Group', URI: uri }, Permission }))
  const owner = ownerGrants(ownerId)
  const toBucketOwner = (Permission: Grant['Permission']): Grant[] =>
    bucketOwnerId === ownerId
      ? []
      : [{ Grantee: { Type: 'CanonicalUser', ID: bucketOwnerId }, Permission }]
  switch (acl) {
    case 'private':
      return owner
    case 'bucket-owner-read':
      return [...owner, ...toBucketOwner('READ')]
    case 'bucket-owner-full-control':
      return [...owner, ...toBucketOwner('FULL_CONTROL')]
    case 'public-read':
      return [...owner, ...group(allUsers, 'READ')]
    case 'public-read-write':
      return [...owner, ...group(allUsers, 'READ', 'WRITE')]
    case 'authenticated-read':
      return [...owner, ...group(authenticatedUsers, 'READ')]
    case 'log-delivery-write':
      return [...owner, ...group(logDelivery, 'WRITE', 'READ_ACP')]
    case 'aws-exec-read':
      throw notImplemented('the canned ACL aws-exec-read')
    default:
      throw invalidArgument('The canned ACL is not known', 'x-amz-acl', acl)
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
const grantsMax = 100

function policyGrants(policy: NonNullable<AclInput['AccessControlPolicy']>, ownerId: string) {
  if (policy.Owner?.ID !== undefined && policy.Owner.ID !== ownerId) throw accessDenied()
  const grants = policy.Grants ?? []
  if (policy.Owner?.ID === undefined || grants.length > grantsMax) throw malformedAcl()
  return grants.map(({ Grantee, Permission }): Grant => {
    if (!Grantee || !permissions.includes(Permission ?? '')) throw malformedAcl()
    return { Grantee: checkGrantee(Grantee), Permission }
  })
}

function headerGrants(input: AclInput): Grant[] | undefined {
  const given = [
    [input.GrantFullControl, 'FULL_CONTROL'],
    [input.GrantRead, 'READ'],
    [input.GrantReadACP, 'READ_ACP'],
    [input.GrantWrite, 'WRITE'],
    [input.GrantWriteACP, 'WRITE_ACP'],
  ] as const
  const grants = given.flatMap(([header, Permission]) =>
    (header?.split(',') ?? []).map((item): Grant => {
      const found = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/.exec(item)
      if (!found) throw invalidArgument('Argument format not recognized', 'x-amz-grant', item)
      const [, kind, value] = found
      const grantee =
        kind === 'id'
          ? { Type: 'CanonicalUser' as const, ID: value }
          : kind === 'uri'
            ? { Type: 'Group' as const, URI: value }
            : { Type: 'AmazonCustomerByEmail' as const, EmailAddress: value }
      return { Grantee: checkGrantee(grantee), Permission }
    }),
  )
  return grants.length > 0 ? grants : undefined
}

function checkGrantee(grantee: NonNullable<Grant['Grantee']>): NonNullable<Grant['Grantee']> {
  if (grantee.EmailAddress !== undefined) {
    throw s3Error(
      'UnresolvableGrantByEmailAddress',
      400,
      'The e-mail address you provided does not match any account on record.',
    )
  }
  if (grantee.URI !== undefined) {
    if (![allUsers, authenticatedUsers, logDelivery].includes(grantee.URI)) {
      throw invalidArgument('Invalid group uri', 'Grantee/URI', grantee.URI)
    }
    return { Type: 'Group', URI: grantee.URI }
  }
  if (!/^[0-9a-f]{64}$/.test(grantee.ID ?? '')) {
    throw invalidArgument('Invalid id', 'CanonicalUser/ID', grantee.ID)
  }
  return { Type: 'CanonicalUser', ID: grantee.ID }
}
