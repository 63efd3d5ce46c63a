/** The CI graph of a project that names no steps of its own: the guide's commands, in the guide's order. */
export const guideSteps = {
  lint: {
    run: [
      'ruff check src/',
      'black --check src/',
      'isort --check-only src/',
      'mypy src/ --ignore-missing-imports',
    ],
    timeout: '10m',
  },
  'unit-tests': {
    needs: ['lint'],
    run: 'pytest tests/unit/ -v --cov=src --cov-report=xml:$LONGHAUL_OUTPUT_DIR/coverage.xml --junitxml=$LONGHAUL_OUTPUT_DIR/unit-tests.xml',
    junit: 'unit-tests.xml',
    coverage: {},
  },
  'data-validation': {
    needs: ['lint'],
    data: ['data/sample'],
    run: 'python scripts/validate_data.py',
    document: 'data_report.md',
  },
  'feature-tests': {
    needs: ['lint'],
    run: 'pytest tests/features/ -v --junitxml=$LONGHAUL_OUTPUT_DIR/feature-tests.xml',
    junit: 'feature-tests.xml',
  },
  'train-sample': {
    needs: ['unit-tests', 'data-validation', 'feature-tests'],
    data: ['data/sample'],
    run: 'python src/train.py --data-path data/sample/ --max-epochs 2 --experiment-name ci-test',
    outputs: ['models'],
    diagnostics: 'training_diagnostics.json',
    timeout: '1h',
  },
  evaluate: {
    needs: ['train-sample'],
    run: 'python src/evaluate.py --model-path models/model.pkl',
  },
} as const;
