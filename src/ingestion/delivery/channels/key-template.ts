import { extensions } from '../naming.ts'
import { DeliveryErrors } from '../errors.ts'
import { compileTemplate, templateMax } from '../prefix/index.ts'
import type { Compression } from '../records.ts'

export const defaultKeyTemplate =
  'kinesis-channel/!{channel-name}/!{channel-id}/!{yyyy}/!{MM}/!{dd}/!{HH}/!{channel-name}-!{channel-id}-!{yyyy}-!{MM}-!{dd}-!{HH}-!{mm}!{extension}'

/** What a template becomes: the prefix and the extension of a target (`S3Target.isTemplate`). */
export interface CompiledKeyTemplate {
  readonly prefix: string
  readonly fileExtension: string
}

const times: ReadonlySet<string> = new Set(['yyyy', 'yy', 'MM', 'dd', 'HH', 'mm'])

/**
 * Checks a template of objects' keys and puts in what is known of its channel. Error: `InvalidDelivery`.
 * https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-key-template.html
 */
export function compileKeyTemplate(
  template: string,
  names: { readonly channelName: string; readonly channelId: string; readonly streamName: string },
  compression: Compression,
): CompiledKeyTemplate {
  const known = new Map([
    ['channel-name', names.channelName],
    ['channel-id', names.channelId],
    ['stream-name', names.streamName],
  ])
  const { text, extension } = withoutExtension(template)
  checkPath(text)
  const prefix = text.replaceAll(/!\{([^}]*)(\}?)/g, (_, name: string, close: string) => {
    if (close === '') throw invalid('a variable is not closed')
    const value = times.has(name) ? `!{timestamp:${name}}` : known.get(name)
    if (value === undefined) throw invalid(`!{${name}} is not a supported variable`)
    return value
  })
  if (/[{}:]/.test(text.replaceAll(/!\{[^}]*\}/g, ''))) {
    throw invalid("only letters, digits and ! - _ ' . * ( ) / = may stand beside the variables")
  }
  if (extension === undefined && compression !== 'UNCOMPRESSED') {
    throw invalid('an extension must end it when compression is enabled')
  }
  const fileExtension = extension === '' ? extensions[compression] : (extension ?? '')
  checkLength(prefix, fileExtension)
  return { prefix, fileExtension }
}

/** An empty extension stands for that of the compression; undefined for none. */
function withoutExtension(template: string): {
  readonly text: string
  readonly extension: string | undefined
} {
  const [found, literal] = /!\{extension(?::([^}]*))?\}$/.exec(template) ?? []
  const text = found === undefined ? template : template.slice(0, -found.length)
  if (/!\{extension/.test(text)) throw invalid('an extension may only stand at its end, once')
  if (literal !== undefined && !/^\.[a-z.]+$/.test(literal)) {
    throw invalid('an extension is a period with lower-case letters and periods behind it')
  }
  return { text, extension: found === undefined ? undefined : (literal ?? '') }
}

function checkPath(text: string): void {
  if (text.startsWith('/')) throw invalid('it may not begin with /')
  if (text.includes('//')) throw invalid('it may not contain //')
  if (text.includes('..') || text.split('/').includes('.')) {
    throw invalid('it may not contain .. or a segment that is a period')
  }
}

function checkLength(prefix: string, extension: string): void {
  const evaluated = compileTemplate(prefix)({
    timeMs: 0,
    timeZone: 'UTC',
    randomString: () => '',
  })
  if (evaluated.length + extension.length <= templateMax) return
  throw invalid(`it may not be longer than ${templateMax} characters once it is expanded`)
}

function invalid(text: string): Error {
  return DeliveryErrors.InvalidDelivery(`OutputKeyTemplate is not valid: ${text}.`)
}
