import type {
  Classifier,
  CreateClassifierRequest,
  CreateCsvClassifierRequest,
  UpdateClassifierRequest,
  UpdateCsvClassifierRequest,
} from '@aws-sdk/client-glue'
import { CrawlerErrors, type ClassifierInput, type ClassifierRecord } from '#catalog/crawlers'
import { compact, extras } from './compact.ts'
import { toDate } from './times.ts'

export function fromClassifierRequest(
  input: CreateClassifierRequest | UpdateClassifierRequest,
): ClassifierInput {
  const {
    CsvClassifier: csv,
    JsonClassifier: json,
    GrokClassifier: grok,
    XMLClassifier: xml,
  } = input
  if ([csv, json, grok, xml].filter(Boolean).length !== 1) {
    throw CrawlerErrors.InvalidClassifier('Exactly one kind of classifier must be given.')
  }
  if (json) return { kind: 'json', name: json.Name!, jsonPath: json.JsonPath! }
  if (grok) {
    return compact({
      kind: 'grok' as const,
      name: grok.Name!,
      classification: grok.Classification!,
      pattern: grok.GrokPattern!,
      customPatterns: grok.CustomPatterns,
    })
  }
  if (xml) {
    return compact({
      kind: 'xml' as const,
      name: xml.Name!,
      classification: xml.Classification!,
      rowTag: xml.RowTag!,
    })
  }
  return fromCsv(csv!)
}

function fromCsv(csv: CreateCsvClassifierRequest | UpdateCsvClassifierRequest): ClassifierInput {
  const { DisableValueTrimming, AllowSingleColumn, CustomDatatypeConfigured, Serde } = csv
  const { CustomDatatypes } = csv
  return compact({
    kind: 'csv' as const,
    name: csv.Name!,
    delimiter: csv.Delimiter,
    quoteSymbol: csv.QuoteSymbol,
    containsHeader: csv.ContainsHeader,
    header: csv.Header,
    extra: extras({
      DisableValueTrimming,
      AllowSingleColumn,
      CustomDatatypeConfigured,
      CustomDatatypes,
      Serde,
    }),
  })
}

export function toClassifier(record: ClassifierRecord): Classifier {
  const common = {
    Name: record.name,
    CreationTime: toDate(record.createTimeMs),
    LastUpdated: toDate(record.updateTimeMs),
    Version: record.version,
  }
  switch (record.kind) {
    case 'json':
      return { JsonClassifier: { ...common, JsonPath: record.jsonPath } }
    case 'xml': {
      const { classification: Classification, rowTag: RowTag } = record
      return { XMLClassifier: { ...common, Classification, RowTag } }
    }
    case 'grok': {
      const { classification: Classification, pattern: GrokPattern, customPatterns } = record
      return {
        GrokClassifier: compact({
          ...common,
          Classification,
          GrokPattern,
          CustomPatterns: customPatterns,
        }),
      }
    }
    default:
      return toCsv(record, common)
  }
}

function toCsv(
  record: Extract<ClassifierRecord, { kind: 'csv' }>,
  common: { readonly Name: string },
): Classifier {
  return {
    CsvClassifier: compact({
      ...common,
      Delimiter: record.delimiter,
      QuoteSymbol: record.quoteSymbol,
      ContainsHeader: record.containsHeader,
      Header: record.header?.slice(),
      ...record.extra,
    }),
  }
}
