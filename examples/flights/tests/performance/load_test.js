// Asks a server for predictions under a rising load.
//   BASE_URL=http://127.0.0.1:8000 API_TOKEN=… k6 run tests/performance/load_test.js
// BASE_HEADERS, a JSON object, has what a request needs to reach it, such as `host` at a gateway;
// STAGES sets another ramp: STAGES='[{"duration":"5s","target":5}]'
import { check, sleep } from 'k6';
import http from 'k6/http';
import { Rate, Trend } from 'k6/metrics';

const errors = new Rate('errors');
const latency = new Trend('latency', true);

const RAMP = [
  { duration: '1m', target: 10 },
  { duration: '3m', target: 50 },
  { duration: '1m', target: 100 },
  { duration: '2m', target: 50 },
  { duration: '1m', target: 0 },
];

export const options = {
  stages: __ENV.STAGES ? JSON.parse(__ENV.STAGES) : RAMP,
  thresholds: {
    http_req_duration: ['p(95)<500'],
    errors: ['rate<0.01'],
  },
};

if (!__ENV.BASE_URL || !__ENV.API_TOKEN) {
  throw new Error('set BASE_URL and API_TOKEN');
}

const flights = JSON.parse(open('./flights.json'));
const params = {
  headers: {
    ...JSON.parse(__ENV.BASE_HEADERS || '{}'),
    'Content-Type': 'application/json',
    Authorization: `Bearer ${__ENV.API_TOKEN}`,
  },
};

export default function () {
  const flight = flights[Math.floor(Math.random() * flights.length)];
  const response = http.post(`${__ENV.BASE_URL}/predict`, JSON.stringify(flight), params);

  const answered = check(response, {
    'status is 200': (r) => r.status === 200,
    'has a prediction': (r) => r.status === 200 && [0, 1].includes(r.json('prediction')),
  });
  errors.add(!answered);
  latency.add(response.timings.duration);

  sleep(1);
}
