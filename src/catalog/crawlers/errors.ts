import { defineErrors } from '#kit'

export const CrawlerErrors = defineErrors('catalog/crawlers', {
  CrawlerNotFound: {
    kind: 'notFound',
    remedy: 'Check the name and the region; ListCrawlers lists what is there.',
  },
  CrawlerExists: { kind: 'conflict', remedy: 'Use another name, or update the crawler.' },
  CrawlerRunning: {
    kind: 'conflict',
    remedy: 'Wait until the crawler is READY, or stop it first.',
  },
  CrawlerNotRunning: {
    kind: 'conflict',
    remedy: 'The crawler is READY: there is nothing to stop.',
  },
  CrawlerStopping: { kind: 'conflict', remedy: 'Wait until the crawler is READY.' },
  RoleRefused: {
    kind: 'denied',
    remedy:
      'Let the role trust glue.amazonaws.com, and allow it s3:ListBucket and s3:GetObject on what is crawled.',
  },
  NoSchedule: { kind: 'conflict', remedy: 'Give the crawler a schedule first.' },
  ScheduleRunning: { kind: 'conflict', remedy: 'The schedule is on already.' },
  ScheduleNotRunning: { kind: 'conflict', remedy: 'The schedule is off already.' },
  InvalidCrawler: { kind: 'invalid', remedy: 'Correct the member that the message names.' },
  ClassifierNotFound: {
    kind: 'notFound',
    remedy: 'Check the name; GetClassifiers lists what is there.',
  },
  ClassifierExists: { kind: 'conflict', remedy: 'Use another name, or update the classifier.' },
  InvalidClassifier: {
    kind: 'invalid',
    remedy: 'Correct the member that the message names; only CSV and JSON classifiers are read.',
  },
})
