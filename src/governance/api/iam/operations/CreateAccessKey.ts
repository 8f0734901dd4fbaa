import {
  CreateAccessKey$,
  type CreateAccessKeyRequest,
  type CreateAccessKeyResponse,
} from '@aws-sdk/client-iam'
import { createAccessKey } from '#governance/identity'
import { operation } from '../context.ts'
import { keyOwner } from '../subject.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html */
export const CreateAccessKey = operation<CreateAccessKeyRequest, CreateAccessKeyResponse>(
  CreateAccessKey$,
  async (input, { identity: { store }, caller }) => {
    const owner = await keyOwner(store, caller, input.UserName)
    const key = await createAccessKey(store, owner)
    return {
      AccessKey: {
        UserName: owner.userName ?? '<root account>',
        AccessKeyId: key.accessKeyId,
        Status: 'Active',
        SecretAccessKey: key.secretAccessKey,
        CreateDate: new Date(key.createdAtMs),
      },
    }
  },
)
