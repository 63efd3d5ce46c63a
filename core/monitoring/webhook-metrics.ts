/** What the server for GitHub's and Slack's requests counts. */
import { counter, histogram } from './metric.ts';

export const webhookMetrics = {
  deliveries: counter(
    'longhaul_webhook_deliveries_total',
    ['event', 'outcome'],
    'Requests that were answered. `event` is GitHub’s name of it, `data` for a change of data, `slack` for a button in Slack, `unknown` where nobody vouches for a name; `outcome` is `started`, `repeat`, `ignored`, `notServed`, `unreadable`, `refused`, `malformed`, `unsupported`, `tooLarge` or `unavailable`.',
  ),
  answerSeconds: histogram(
    'longhaul_webhook_answer_seconds',
    ['outcome'],
    'From the head of a request to its answer.',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 10],
  ),
} as const;
