import { defineService } from '#protocol/aws'
import type { LambdaContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export { createCodeLinks, isCodeLink, type CodeLinks } from './code-links.ts'
export { createUrlDoor } from './function-urls.ts'
export { isFunctionUrl } from './url-address.ts'
export { callForDelivery } from './delivery-caller.ts'
export type { LambdaContext } from './context.ts'
export { functionPolicySource } from './policy-source.ts'
export { callLater, letsCall, type ServiceCaller } from './service-caller.ts'
export { filterKeys } from './filter-keys.ts'
export { variableKeys } from './variable-keys.ts'

/** 50 MB of code in base64, and what is around it. */
const bodyBytesMax = 70_167_211

/** Operations whose permission has another name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
const actions: Readonly<Record<string, string>> = {
  Invoke: 'lambda:InvokeFunction',
  InvokeWithResponseStream: 'lambda:InvokeFunction',
  GetLayerVersionByArn: 'lambda:GetLayerVersion',
}

/** AWS Lambda: functions, run in processes beside the server. */
export const lambda = defineService<LambdaContext>({
  name: 'lambda',
  protocols: ['restJson1'],
  client: () => import('@aws-sdk/client-lambda'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
  action: (operation) => actions[operation] ?? `lambda:${operation}`,
  bodyBytesMax,
})
