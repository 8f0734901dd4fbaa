import {
  GetObjectAcl$,
  type GetObjectAclRequest,
  type GetObjectAclOutput,
  type Grant,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { ownerGrants, ownerOf } from '../acl.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export const GetObjectAcl = operation<GetObjectAclRequest, GetObjectAclOutput>(
  GetObjectAcl$,
  async (input, ctx) => {
    const row = await ctx.objects.find(objectOf(input, ctx))
    const Owner = await ownerOf(ctx)
    return {
      Owner,
      Grants: row.acl === null ? ownerGrants(Owner.ID) : (JSON.parse(row.acl) as Grant[]),
    }
  },
)
