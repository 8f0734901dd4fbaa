import {
  PutObjectAcl$,
  type PutObjectAclRequest,
  type PutObjectAclOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { checkAclAllowed, ownerOf, requestedGrants, storedGrants } from '../acl.ts'
import { missingAcl } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html. Checked, stored and returned; access is not decided by it yet. */
export const PutObjectAcl = operation<PutObjectAclRequest, PutObjectAclOutput>(
  PutObjectAcl$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    await ctx.objects.find(ref)
    const { ID: ownerId } = await ownerOf(ctx)
    const grants = requestedGrants(input, ownerId)
    if (!grants) throw missingAcl()
    await checkAclAllowed(ctx, ref.bucket, grants, ownerId, 'update')
    await ctx.objects.update(ref, () => ({ acl: storedGrants(grants, ownerId) ?? null }))
    return {}
  },
)
