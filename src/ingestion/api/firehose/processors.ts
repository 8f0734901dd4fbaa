import type {
  ProcessingConfiguration,
  Processor,
  ProcessorParameterName,
  ProcessorType,
} from '@aws-sdk/client-firehose'
import type { TransformSettings } from '#ingestion/delivery'
import { invalidArgument } from './refusal.ts'

/** What a delivery stream's processors ask for. */
export interface Processors {
  /** What AppendDelimiterToRecord adds to each record. */
  readonly delimiter: string | undefined
  readonly transforms: readonly TransformSettings[]
}

/**
 * The order of processing, however the processors are listed.
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
 */
const order: readonly TransformSettings['kind'][] = [
  'decompression',
  'cloudWatchLogs',
  'deaggregation',
  'lambda',
  'metadata',
]

const parametersOf: Readonly<Record<ProcessorType, readonly ProcessorParameterName[]>> = {
  AppendDelimiterToRecord: ['Delimiter'],
  CloudWatchLogProcessing: ['DataMessageExtraction'],
  Decompression: ['CompressionFormat'],
  Lambda: ['LambdaArn', 'RoleArn', 'NumberOfRetries', 'BufferSizeInMBs', 'BufferIntervalInSeconds'],
  MetadataExtraction: ['MetadataExtractionQuery', 'JsonParsingEngine'],
  RecordDeAggregation: ['SubRecordType', 'Delimiter'],
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html */
export function processorsOf(processing: ProcessingConfiguration | undefined): Processors {
  if (!processing?.Enabled) return { delimiter: undefined, transforms: [] }
  let delimiter: string | undefined
  const transforms: TransformSettings[] = []
  const seen = new Set<string>()
  for (const processor of processing.Processors ?? []) {
    const { Type: type } = processor
    if (seen.has(type!)) throw invalidArgument(`The processor ${type} is given more than once.`)
    seen.add(type!)
    checkParameters(processor)
    if (type === 'AppendDelimiterToRecord') {
      delimiter = unescape(parameter(processor, 'Delimiter') ?? '\\n')
    } else transforms.push(toTransform(processor))
  }
  if (seen.has('CloudWatchLogProcessing') && !seen.has('Decompression')) {
    throw invalidArgument(
      'CloudWatchLogProcessing can only be enabled together with Decompression.',
    )
  }
  const place = ({ kind }: TransformSettings) => order.indexOf(kind)
  return { delimiter, transforms: transforms.toSorted((a, b) => place(a) - place(b)) }
}

/** One that the processor does not have would be kept and do nothing. */
function checkParameters({ Type: type, Parameters: parameters = [] }: Processor): void {
  const names = parameters.map(({ ParameterName }) => ParameterName!)
  const alien = names.find((name) => !parametersOf[type!].includes(name))
  if (alien) throw invalidArgument(`The processor ${type} has no parameter ${alien}.`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) {
    throw invalidArgument(`The parameter ${twice} of ${type} is given more than once.`)
  }
}

function toTransform(processor: Processor): TransformSettings {
  switch (processor.Type) {
    case 'Decompression': {
      const format = parameter(processor, 'CompressionFormat') ?? 'GZIP'
      if (format !== 'GZIP') throw invalid(processor, 'CompressionFormat', 'GZIP')
      return { kind: 'decompression' }
    }
    case 'CloudWatchLogProcessing': {
      const extract = parameter(processor, 'DataMessageExtraction')
      if (extract !== 'true') throw invalid(processor, 'DataMessageExtraction', 'true')
      return { kind: 'cloudWatchLogs' }
    }
    case 'Lambda':
      return toLambda(processor)
    case 'RecordDeAggregation':
      return toDeaggregation(processor)
    case 'MetadataExtraction': {
      const engine = parameter(processor, 'JsonParsingEngine')
      if (engine !== 'JQ-1.6') throw invalid(processor, 'JsonParsingEngine', 'JQ-1.6')
      const query = parameter(processor, 'MetadataExtractionQuery')
      if (!query?.trim()) throw invalid(processor, 'MetadataExtractionQuery', 'a query')
      return { kind: 'metadata', query }
    }
    default:
      throw new RangeError(`the limits let the processor ${processor.Type} in`)
  }
}

function toDeaggregation(processor: Processor): TransformSettings {
  const subRecords = parameter(processor, 'SubRecordType')
  if (subRecords === 'JSON') return { kind: 'deaggregation', subRecords }
  if (subRecords !== 'DELIMITED') throw invalid(processor, 'SubRecordType', 'JSON or DELIMITED')
  const delimiter = parameter(processor, 'Delimiter') ?? ''
  const bytes = Buffer.from(delimiter, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== delimiter) {
    throw invalid(processor, 'Delimiter', 'a delimiter in base64')
  }
  return { kind: 'deaggregation', subRecords, delimiter }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html */
function toLambda(processor: Processor): TransformSettings {
  const functionArn = parameter(processor, 'LambdaArn') ?? ''
  if (!/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:/.test(functionArn)) {
    throw invalid(processor, 'LambdaArn', 'the ARN of a function')
  }
  const roleArn = parameter(processor, 'RoleArn') ?? ''
  if (roleArn === '') throw invalid(processor, 'RoleArn', 'the ARN of a role')
  // How long records may wait for others is checked and stored: a batch for the destination is already there as a whole.
  numberOf(processor, 'BufferIntervalInSeconds', { byDefault: 60, min: 0, max: 900 })
  const retriesMax = numberOf(processor, 'NumberOfRetries', { byDefault: 3, min: 0, max: 300 })
  if (!Number.isInteger(retriesMax)) {
    throw invalid(processor, 'NumberOfRetries', 'a whole number from 0 to 300')
  }
  const sizeInMBs = numberOf(processor, 'BufferSizeInMBs', { byDefault: 1, min: 0.2, max: 3 })
  return {
    kind: 'lambda',
    functionArn,
    roleArn,
    retriesMax,
    bufferBytes: Math.floor(sizeInMBs * 1024 * 1024),
  }
}

function numberOf(
  processor: Processor,
  name: ProcessorParameterName,
  {
    byDefault,
    min,
    max,
  }: { readonly byDefault: number; readonly min: number; readonly max: number },
): number {
  const text = parameter(processor, name)
  const value = text === undefined ? byDefault : Number(text)
  if (value >= min && value <= max) return value
  throw invalid(processor, name, `a number from ${min} to ${max}`)
}

function parameter(processor: Processor, name: ProcessorParameterName): string | undefined {
  return processor.Parameters?.find(({ ParameterName }) => ParameterName === name)?.ParameterValue
}

function invalid(processor: Processor, name: ProcessorParameterName, wanted: string): Error {
  return invalidArgument(`The parameter ${name} of ${processor.Type} must be ${wanted}.`)
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' }

/** The parameter's value is written with escapes: `\n` for a new line. */
function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gs, (all, letter: string) => escapes[letter] ?? all)
}
