import {
  ListAliases$,
  type ListAliasesRequest,
  type ListAliasesResponse,
} from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { keyOf } from '../key-of.ts'
import { afterOf, pageOutput } from '../paging.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html */
export const ListAliases = operation<ListAliasesRequest, ListAliasesResponse>(
  ListAliases$,
  async (input, ctx) => {
    const key = input.KeyId === undefined ? undefined : await keyOf(ctx, input.KeyId, 'ListAliases')
    const aliases = await ctx.keys.listAliases(ctx, key?.keyId)
    const after = afterOf(input.Marker)
    const rest = after === undefined ? aliases : aliases.filter(({ name }) => name > after)
    const limit = input.Limit ?? 50
    const page = rest.slice(0, limit)
    const toDate = (timeMs: number | undefined) =>
      timeMs === undefined ? undefined : new Date(timeMs)
    return {
      Aliases: page.map((alias) => ({
        AliasName: alias.name,
        AliasArn: alias.arn,
        TargetKeyId: alias.keyId,
        CreationDate: toDate(alias.createdAtMs),
        LastUpdatedDate: toDate(alias.updatedAtMs),
      })),
      ...pageOutput(rest.length > limit ? page.at(-1)?.name : undefined),
    }
  },
)
