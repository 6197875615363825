# make run   serve the library on PORT (default 8000)
# make test  run every test

.DEFAULT_GOAL := help
SHELL := /bin/bash

PORT ?= 8000
VENV := .venv
# The first Python from 3.11 to 3.13 on the path; or name one: make run PYTHON=python3.12
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
MANAGE := $(VENV)/bin/python manage.py

# The benchmarks have peers to install that the product must not get among its packages.
BENCH_VENV := .venv-bench
SIZE ?= 1000 10000

.PHONY: help run test lint bench install install-dev requirements

help: ## 列出这些命令
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 24

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo '需要 Python 3.11 到 3.13。装好后再试，或用 make run PYTHON=… 指定。'; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Each stamp is as old as the last installation of its requirements.
$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(PIP) install -r requirements-dev.txt
	@touch $@

install: $(VENV)/installed ## 安装运行所需的软件包

install-dev: $(VENV)/installed-dev

run: install ## 启动网站（端口用 PORT 指定，默认 8000）
	@PORT=$(PORT) $(MANAGE) prepare
	@PORT=$(PORT) $(VENV)/bin/gunicorn --config config/gunicorn.conf.py config.wsgi

test: install-dev lint ## 运行全部测试
	tests/run

lint: install-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

$(BENCH_VENV)/installed: requirements.txt benchmarks/requirements.txt | $(VENV)/bin/python
	$(VENV)/bin/python -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip --disable-pip-version-check --quiet install \
		-r requirements.txt -r benchmarks/requirements.txt
	@touch $@

bench: $(BENCH_VENV)/installed ## 与其他检索引擎比速度（案例数用 SIZE 指定，如 SIZE=10000）
	$(BENCH_VENV)/bin/python -m benchmarks --sizes $(SIZE) \
		$(if $(ENGINES),--engines $(ENGINES)) $(BENCH_OPTIONS)

requirements: install-dev ## 更新锁定的版本（各 requirements*.txt）
	$(PIP) install pip-tools
	for name in requirements requirements-dev benchmarks/requirements; do \
		$(VENV)/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
			--no-header --no-emit-options --no-emit-index-url --no-emit-trusted-host \
			--no-emit-find-links --output-file $$name.txt $$name.in; done
