import type { ResourceQuestion } from './resources.ts'

type Input = Readonly<Record<string, unknown>>

/** Operations that work on no function in particular. */
const onNothing =
  /^(?:ListFunctions|ListLayers|GetAccountSettings|ListEventSourceMappings|CreateEventSourceMapping)$/

/**
 * The function that an input names, with the version or alias where one is invoked; layers and event source mappings by their own ARNs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function lambdaResources(
  input: Input,
  { operation, accountId, region }: ResourceQuestion,
): readonly string[] | undefined {
  if (onNothing.test(operation)) return ['*']
  const base = `arn:aws:lambda:${region}:${accountId}:`
  const arn = text(input, 'Resource') ?? text(input, 'Arn')
  if (arn !== undefined) return [arn]
  const layer = text(input, 'LayerName')
  if (layer !== undefined) {
    const version = input['VersionNumber']
    const name = layer.startsWith('arn:') ? layer : `${base}layer:${layer}`
    return [typeof version === 'number' ? `${name}:${version}` : name]
  }
  const mapping = text(input, 'UUID')
  if (mapping !== undefined) return [`${base}event-source-mapping:${mapping}`]
  const name = text(input, 'FunctionName')
  return name === undefined ? undefined : functionArns(name, text(input, 'Qualifier'), base)
}

function functionArns(
  name: string,
  given: string | undefined,
  base: string,
): readonly string[] | undefined {
  const found =
    /^(?:(arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:)?(?:(\d{12}):)?(?:function:)?)([a-zA-Z0-9-_.]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/.exec(
      name,
    )
  if (!found) return undefined
  const [, prefix, account, bare, own] = found
  const place = base.split(':')
  const start = prefix ?? `${place.slice(0, 4).join(':')}:`
  const arn = `${start}${account ?? place[4]}:function:${bare}`
  const qualifier = given ?? own
  return [qualifier === undefined ? arn : `${arn}:${qualifier}`]
}

function text(input: Input, member: string): string | undefined {
  const value = input[member]
  return typeof value === 'string' && value !== '' ? value : undefined
}
