import { SqlErrors } from '../errors.ts'
import type { RowFormat } from './statements.ts'

export interface StorageFormat {
  readonly inputFormat: string
  readonly outputFormat: string
  readonly serde: string
}

const text = 'org.apache.hadoop.mapred.TextInputFormat'
const textOutput = 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
const lazySimple = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'

/** What `STORED AS …` stands for: https://docs.aws.amazon.com/athena/latest/ug/create-table.html */
const named: Readonly<Record<string, StorageFormat>> = {
  TEXTFILE: { inputFormat: text, outputFormat: textOutput, serde: lazySimple },
  JSONFILE: {
    inputFormat: text,
    outputFormat: textOutput,
    serde: 'org.apache.hive.hcatalog.data.JsonSerDe',
  },
  PARQUET: {
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    serde: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
  },
  ORC: {
    inputFormat: 'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat',
    serde: 'org.apache.hadoop.hive.ql.io.orc.OrcSerde',
  },
  AVRO: {
    inputFormat: 'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat',
    serde: 'org.apache.hadoop.hive.serde2.avro.AvroSerDe',
  },
  ION: {
    inputFormat: 'com.amazon.ionhiveserde.formats.IonInputFormat',
    outputFormat: 'com.amazon.ionhiveserde.formats.IonOutputFormat',
    serde: 'com.amazon.ionhiveserde.IonHiveSerDe',
  },
  RCFILE: {
    inputFormat: 'org.apache.hadoop.hive.ql.io.RCFileInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.RCFileOutputFormat',
    serde: 'org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe',
  },
  SEQUENCEFILE: {
    inputFormat: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat',
    serde: lazySimple,
  },
}

/** The formats of a table created with this; text when nothing is said. */
export function storageFormat(format: RowFormat): StorageFormat {
  const base = named[format.storedAs ?? 'TEXTFILE']
  if (!base) {
    throw SqlErrors.SyntaxError(
      `Unrecognized file format in STORED AS clause: '${format.storedAs}'`,
      {
        athenaName: 'SYNTAX_ERROR',
      },
    )
  }
  return {
    inputFormat: format.inputFormat ?? base.inputFormat,
    outputFormat: format.outputFormat ?? base.outputFormat,
    serde: format.serde ?? base.serde,
  }
}
