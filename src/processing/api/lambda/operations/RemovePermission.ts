import { RemovePermission$, type RemovePermissionRequest } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html */
export const RemovePermission = operation<RemovePermissionRequest, void>(
  RemovePermission$,
  async (input, ctx) => {
    const { ref, qualifier } = functionOf(ctx, input)
    await ctx.functions.policies.remove(ref, qualifier, input.StatementId!, input.RevisionId)
  },
)
