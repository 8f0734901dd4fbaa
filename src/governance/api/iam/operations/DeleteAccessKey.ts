import { DeleteAccessKey$, type DeleteAccessKeyRequest } from '@aws-sdk/client-iam'
import { deleteAccessKey } from '#governance/identity'
import { operation } from '../context.ts'
import { keyOwner } from '../subject.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html */
export const DeleteAccessKey = operation<DeleteAccessKeyRequest, object>(
  DeleteAccessKey$,
  async (input, { identity: { store }, caller }) => {
    const owner = await keyOwner(store, caller, input.UserName)
    await deleteAccessKey(store, owner, input.AccessKeyId!)
    return {}
  },
)
