import { ListKeys$, type ListKeysRequest, type ListKeysResponse } from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { afterOf, pageOutput } from '../paging.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
export const ListKeys = operation<ListKeysRequest, ListKeysResponse>(
  ListKeys$,
  async (input, ctx) => {
    const { keys, next } = await ctx.keys.listKeys(ctx, {
      after: afterOf(input.Marker),
      limit: input.Limit ?? 100,
    })
    return {
      Keys: keys.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })),
      ...pageOutput(next),
    }
  },
)
