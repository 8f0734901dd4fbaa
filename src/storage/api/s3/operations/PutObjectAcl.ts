import {
  PutObjectAcl$,
  type PutObjectAclRequest,
  type PutObjectAclOutput,
} from '@aws-sdk/client-s3'
import { readObjectList } from '../access/object-list.ts'
import { causeOf } from '../cause.ts'
import { operation } from '../context.ts'
import { checkAclAllowed, ownerOf, requestedGrants, storedGrants } from '../acl.ts'
import { missingAcl } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export const PutObjectAcl = operation<PutObjectAclRequest, PutObjectAclOutput>(
  PutObjectAcl$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const row = await ctx.objects.find(ref)
    const { ID: bucketOwnerId } = await ownerOf(ctx)
    const foreignOwnerId = readObjectList(row.acl)?.ownerId
    const ownerId = foreignOwnerId ?? bucketOwnerId
    const grants = requestedGrants(input, ownerId, bucketOwnerId)
    if (!grants) throw missingAcl()
    await checkAclAllowed(ctx, ref.bucket, grants, ownerId, 'update')
    const acl = storedGrants(grants, bucketOwnerId, foreignOwnerId) ?? null
    // No event tells of a list that stays what it was.
    const event = acl === row.acl ? undefined : { name: 'ObjectAcl:Put', cause: causeOf(ctx) }
    await ctx.objects.update(ref, () => ({ acl }), event)
    return {}
  },
)
