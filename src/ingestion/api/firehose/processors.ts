import type { ProcessingConfiguration } from '@aws-sdk/client-firehose'
import { invalidArgument } from './refusal.ts'

/**
 * What AppendDelimiterToRecord adds to each record; undefined when it is not asked for. The other processors are refused.
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html
 */
export function delimiterOf(processing: ProcessingConfiguration | undefined): string | undefined {
  if (!processing?.Enabled) return undefined
  let delimiter: string | undefined
  for (const processor of processing.Processors ?? []) {
    if (processor.Type !== 'AppendDelimiterToRecord') {
      throw invalidArgument(`The processor ${processor.Type} is not supported.`)
    }
    const given = processor.Parameters?.find(
      (parameter) => parameter.ParameterName === 'Delimiter',
    )?.ParameterValue
    delimiter = unescape(given ?? '\\n')
  }
  return delimiter
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' }

/** The parameter's value is written with escapes: `\n` for a new line. */
function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gs, (all, letter: string) => escapes[letter] ?? all)
}
