import {
  GetObjectAcl$,
  type GetObjectAclRequest,
  type GetObjectAclOutput,
} from '@aws-sdk/client-s3'
import { hidingAbsence } from '../access/absence.ts'
import { readObjectList } from '../access/object-list.ts'
import { operation } from '../context.ts'
import { ownerGrants, ownerOf } from '../acl.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export const GetObjectAcl = operation<GetObjectAclRequest, GetObjectAclOutput>(
  GetObjectAcl$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const row = await hidingAbsence(ctx, ref, () => ctx.objects.find(ref))
    const list = readObjectList(row.acl)
    const Owner = list?.ownerId === undefined ? await ownerOf(ctx) : { ID: list.ownerId }
    return {
      Owner,
      Grants: list ? [...list.grants] : ownerGrants(Owner.ID),
    }
  },
)
