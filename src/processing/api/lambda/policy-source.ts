import { parsedPolicies, type FoundSide, type SideQuestion } from '#governance/identity'
import { parseFunctionArn, type Functions } from '#processing/functions'

/** The policies that stand at functions: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export function functionPolicySource(functions: Pick<Functions, 'policies' | 'urls'>) {
  const parse = parsedPolicies('lambda:RemovePermission')
  return async ({ resource, region, operation }: SideQuestion): Promise<FoundSide | undefined> => {
    const named = parseFunctionArn(resource)
    if (!named || named.region !== region) return undefined
    const { qualifier, ...ref } = named
    // A function that is not there has no policy: to its own account the operation tells so, a stranger is not let in.
    const text = await functions.policies.current(ref, qualifier)
    const policy = text === undefined ? undefined : parse(text)
    if (operation !== 'InvokeFunctionUrl') return { accountId: ref.accountId, policy }
    const url = await functions.urls.current(ref, qualifier)
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html#awslambda-policy-keys
    const keys = {
      'lambda:FunctionUrlAuthType': url ? [url.authType] : [],
      'lambda:InvokedViaFunctionUrl': ['true'],
    }
    return { accountId: ref.accountId, policy, keys }
  }
}
