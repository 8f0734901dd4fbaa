import {
  PutBucketOwnershipControls$,
  type PutBucketOwnershipControlsRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { isOwnerOnly, ownerOf } from '../acl.ts'
import { s3Error } from '../errors.ts'
import { bucketOf } from '../refs.ts'
import { acl, ownershipControls } from '../settings/specs.ts'
import { putSetting, readSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html */
export const PutBucketOwnershipControls = operation<PutBucketOwnershipControlsRequest, object>(
  PutBucketOwnershipControls$,
  async (input, ctx) => {
    const enforced = input.OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced'
    const grants = await readSetting(ctx.objects, bucketOf(input, ctx), acl)
    const { ID: ownerId } = await ownerOf(ctx)
    if (enforced && !isOwnerOnly(grants ?? [], ownerId)) {
      throw s3Error(
        'InvalidBucketAclWithObjectOwnership',
        400,
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      )
    }
    await putSetting(ctx, input, ownershipControls, input.OwnershipControls)
    return {}
  },
)
