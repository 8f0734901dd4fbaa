import { UntagPolicy$, type UntagPolicyRequest } from '@aws-sdk/client-iam'
import { retagPolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html */
export const UntagPolicy = operation<UntagPolicyRequest, object>(
  UntagPolicy$,
  async (input, { identity: { store }, accountId }) => {
    const keys = new Set(input.TagKeys!.map((key) => key.toLowerCase()))
    await retagPolicy(store, accountId, input.PolicyArn!, (tags) =>
      tags.filter(({ key }) => !keys.has(key.toLowerCase())),
    )
    return {}
  },
)
