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
    if (input.FunctionUrlAuthType !== undefined && input.Action !== 'lambda:InvokeFunctionUrl') {
      throw refused('FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action')
    }
    if (input.InvokedViaFunctionUrl && input.Action !== 'lambda:InvokeFunction') {
      throw refused('InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action')
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
        functionUrlAuthType: input.FunctionUrlAuthType,
        invokedViaFunctionUrl: input.InvokedViaFunctionUrl,
      },
      input.RevisionId,
    )
    return { Statement: statement }
  },
)
