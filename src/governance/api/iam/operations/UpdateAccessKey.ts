import { UpdateAccessKey$, type UpdateAccessKeyRequest } from '@aws-sdk/client-iam'
import { setAccessKeyActive } from '#governance/identity'
import { operation } from '../context.ts'
import { keyOwner } from '../subject.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html */
export const UpdateAccessKey = operation<UpdateAccessKeyRequest, object>(
  UpdateAccessKey$,
  async (input, { identity: { store }, caller }) => {
    const owner = await keyOwner(store, caller, input.UserName)
    await setAccessKeyActive(store, owner, input.AccessKeyId!, input.Status === 'Active')
    return {}
  },
)
