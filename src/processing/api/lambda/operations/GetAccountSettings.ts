import {
  GetAccountSettings$,
  type GetAccountSettingsRequest,
  type GetAccountSettingsResponse,
} from '@aws-sdk/client-lambda'
import { accountLimits, reservedIn } from '../account.ts'
import { operation } from '../context.ts'
import { scopeOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html. What the machine runs at once is an option of the server. */
export const GetAccountSettings = operation<GetAccountSettingsRequest, GetAccountSettingsResponse>(
  GetAccountSettings$,
  async (_input, ctx) => {
    const scope = scopeOf(ctx)
    const { functions, codeBytes } = await ctx.functions.usage(scope)
    return {
      AccountLimit: {
        ...accountLimits,
        UnreservedConcurrentExecutions:
          accountLimits.ConcurrentExecutions - (await reservedIn(ctx)),
      },
      AccountUsage: { TotalCodeSize: codeBytes, FunctionCount: functions },
    }
  },
)
