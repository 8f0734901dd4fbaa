import {
  ListAccessKeys$,
  type ListAccessKeysRequest,
  type ListAccessKeysResponse,
} from '@aws-sdk/client-iam'
import { listAccessKeys } from '#governance/identity'
import { operation } from '../context.ts'
import { pageOf } from '../paging.ts'
import { keyOwner } from '../subject.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html */
export const ListAccessKeys = operation<ListAccessKeysRequest, ListAccessKeysResponse>(
  ListAccessKeys$,
  async (input, { identity: { store }, caller }) => {
    const owner = await keyOwner(store, caller, input.UserName)
    const { items, page } = pageOf(await listAccessKeys(store, owner), input)
    return {
      AccessKeyMetadata: items.map((key) => ({
        UserName: owner.userName ?? '<root account>',
        AccessKeyId: key.accessKeyId,
        Status: key.active ? ('Active' as const) : ('Inactive' as const),
        CreateDate: new Date(key.createdAtMs),
      })),
      ...page,
    }
  },
)
