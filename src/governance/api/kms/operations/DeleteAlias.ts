import { DeleteAlias$, type DeleteAliasRequest } from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { checkAliasName } from '../checks.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html */
export const DeleteAlias = operation<DeleteAliasRequest, object>(
  DeleteAlias$,
  async (input, ctx) => {
    checkAliasName(input.AliasName!)
    await keyOf(ctx, input.AliasName!, 'DeleteAlias')
    await ctx.keys.deleteAlias(ctx, input.AliasName!)
    return {}
  },
)
