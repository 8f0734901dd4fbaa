import type { FoundSide, ResourcePolicySource, SideQuestion } from '#governance/identity'
import { LakeError } from '#kit'
import type { ObjectStore } from '#storage/objects'
import { s3Error } from '../errors.ts'
import { bucketAccess, type BucketAccess } from './bucket-access.ts'
import { bucketGrantees, objectGrantees } from './lists.ts'
import { readObjectList, type ObjectList } from './object-list.ts'

const arnPrefix = 'arn:aws:s3:::'
/** Their buckets are not there yet, or are the caller's own. */
const withoutBucket = new Set(['CreateBucket', 'ListBuckets', 'ListDirectoryBuckets'])
/** Root of the owning account always may do these: a policy that locks everybody out can be mended. */
const mending = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'])
/** Actions on an object that is there: its owner, its list and its tags count. */
const onExisting =
  /^s3:(?:Get|Restore)Object|^s3:(?:Put|Delete)Object(?:Version)?(?:Acl|Annotation|Tagging|Retention|LegalHold)$/

/**
 * What stands at buckets and objects: the bucket's policy, lists, the public access block and who owns an object.
 * Error: `NoSuchBucket`.
 */
export function s3PolicySource(objects: ObjectStore): ResourcePolicySource {
  return (question) => {
    if (!question.resource.startsWith(arnPrefix)) return undefined
    if (withoutBucket.has(question.operation)) return undefined
    const [bucket = '', ...rest] = question.resource.slice(arnPrefix.length).split('/')
    const found = bucketAccess(objects, bucket)
    const key = rest.length > 0 ? rest.join('/') : undefined
    return found instanceof Promise
      ? found.then((access) => sideOf(objects, question, { bucket, key, access }))
      : sideOf(objects, question, { bucket, key, access: found })
  }
}

interface Place {
  readonly bucket: string
  readonly key: string | undefined
  readonly access: BucketAccess | undefined
}

function sideOf(
  objects: ObjectStore,
  question: SideQuestion,
  place: Place,
): FoundSide | Promise<FoundSide> {
  const { access, bucket, key } = place
  if (!access) {
    throw s3Error('NoSuchBucket', 404, 'The specified bucket does not exist', {
      BucketName: bucket,
    })
  }
  const needsObject = key !== undefined && key !== '' && onExisting.test(question.action)
  const wantsTags = question.asksForObjectTags || access.asksForObjectTags
  if (!needsObject || !(access.usesLists || wantsTags)) {
    return withLists(access, question, undefined, new Map())
  }
  return objectFacts(objects, question, place).then((facts) =>
    withLists(access, question, facts.list, facts.tags),
  )
}

function withLists(
  access: BucketAccess,
  question: SideQuestion,
  list: ObjectList | undefined,
  tags: ReadonlyMap<string, string>,
): FoundSide {
  const { accountId, policy, isPublic, blocked } = access
  const ownerId = access.usesLists ? list?.ownerId : undefined
  const granted = access.usesLists
    ? [
        ...bucketGrantees(access.grants, question.action),
        ...objectGrantees(list?.grants ?? [], question.action),
      ]
    : []
  return {
    accountId,
    ownerId,
    policy,
    policyGrants: ownerId === undefined,
    restricted: isPublic && blocked.RestrictPublicBuckets === true,
    rootExempt: mending.has(question.action),
    grantees:
      blocked.IgnorePublicAcls === true
        ? granted.filter((grantee) => typeof grantee === 'object')
        : granted,
    keys: Object.fromEntries(
      [...tags].map(([name, value]) => [`s3:ExistingObjectTag/${name}`, [value]]),
    ),
    knownPrefixes: ['s3:ExistingObjectTag/'],
  }
}

interface ObjectFacts {
  readonly list: ObjectList | undefined
  readonly tags: ReadonlyMap<string, string>
}

/** Of an object that is not there: nothing. */
async function objectFacts(
  objects: ObjectStore,
  { versionId }: SideQuestion,
  { bucket, key, access }: Place,
): Promise<ObjectFacts> {
  const ref = { accountId: access!.accountId, bucket, key: key! }
  try {
    const row = await objects.find(versionId === undefined ? ref : { ...ref, versionId })
    const tags = row.tags === null ? {} : (JSON.parse(row.tags) as Record<string, string>)
    return { list: readObjectList(row.acl), tags: new Map(Object.entries(tags)) }
  } catch (error) {
    if (error instanceof LakeError && error.kind !== 'internal') {
      return { list: undefined, tags: new Map() }
    }
    throw error
  }
}
