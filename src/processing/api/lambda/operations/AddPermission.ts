import {
  AddPermission$,
  type AddPermissionRequest,
  type AddPermissionResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { functionOf, refused } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
export const AddPermission = operation<AddPermissionRequest, AddPermissionResponse>(
  AddPermission$,
  async (input, ctx) => {
    const { ref, qualifier } = functionOf(ctx, input)
    if (input.FunctionUrlAuthType !== undefined || input.InvokedViaFunctionUrl !== undefined) {
      throw refused('Function URLs are not supported')
    }
    const statement = await ctx.functions.policies.add(
      ref,
      qualifier,
      {
        statementId: input.StatementId!,
        action: input.Action!,
        principal: input.Principal!,
        sourceArn: input.SourceArn,
        sourceAccount: input.SourceAccount,
        eventSourceToken: input.EventSourceToken,
        organizationId: input.PrincipalOrgID,
      },
      input.RevisionId,
    )
    return { Statement: statement }
  },
)
