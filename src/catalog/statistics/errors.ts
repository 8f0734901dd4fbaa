import { defineErrors } from '#kit'

export const StatisticsErrors = defineErrors('catalog/statistics', {
  StatisticsRunning: {
    kind: 'conflict',
    remedy: 'Statistics of this table are being computed: wait, or stop the run.',
  },
  SettingsNotFound: {
    kind: 'notFound',
    remedy: 'CreateColumnStatisticsTaskSettings makes settings for the table.',
  },
  SettingsExist: {
    kind: 'conflict',
    remedy: 'A table has one set of settings: UpdateColumnStatisticsTaskSettings changes it.',
  },
  StatisticsNotRunning: { kind: 'conflict', remedy: 'No run of this table is under way.' },
  StatisticsRunNotFound: {
    kind: 'notFound',
    remedy: 'Check the id; ListColumnStatisticsTaskRuns lists the runs.',
  },
  StatisticsRefused: {
    kind: 'denied',
    remedy: "Let the run's role do what the message names, and let glue.amazonaws.com assume it.",
  },
})
