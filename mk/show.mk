# SPDX-License-Identifier: Apache-2.0
# Tables of fields and of recorded captures: make show

.PHONY: show
show: $(BUILD)/falco $(BUILD)/tests/unit/every_field $(BUILD)/tests/unit/answers
	@FALCO=$< tests/show $(BUILD)/tests/unit
