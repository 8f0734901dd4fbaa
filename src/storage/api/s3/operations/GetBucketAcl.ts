import {
  GetBucketAcl$,
  type GetBucketAclRequest,
  type GetBucketAclOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { ownerGrants, ownerOf } from '../acl.ts'
import { acl } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export const GetBucketAcl = operation<GetBucketAclRequest, GetBucketAclOutput>(
  GetBucketAcl$,
  async (input, ctx) => {
    const Owner = await ownerOf(ctx)
    const grants = await getSetting(ctx, input, acl)
    return { Owner, Grants: grants.length > 0 ? [...grants] : ownerGrants(Owner.ID) }
  },
)
