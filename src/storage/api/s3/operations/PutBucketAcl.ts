import { PutBucketAcl$, type PutBucketAclRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { checkAclAllowed, isOwnerOnly, ownerOf, requestedGrants } from '../acl.ts'
import { missingAcl } from '../errors.ts'
import { bucketOf } from '../refs.ts'
import { acl } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const PutBucketAcl = operation<PutBucketAclRequest, object>(
  PutBucketAcl$,
  async (input, ctx) => {
    const ref = bucketOf(input, ctx)
    const { ID: ownerId } = await ownerOf(ctx)
    const grants = requestedGrants(input, ownerId)
    if (!grants) throw missingAcl()
    await checkAclAllowed(ctx, ref.bucket, grants, ownerId, 'update')
    await putSetting(ctx, input, acl, isOwnerOnly(grants, ownerId) ? [] : grants)
    return {}
  },
)
