"""Learning a ranking from examples: LambdaMART (Burges 2010, From RankNet to LambdaRank to LambdaMART) by LightGBM.

The trees learn what is to be added to the shipped weights' score, so that few outcomes change little. What stood higher
was seen more often, whatever it was worth: the bias of each place is estimated along with the trees and taken out
(Hu et al. 2019, Unbiased LambdaMART; LightGBM's parameter ``position``).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from requests.learning.examples import Example
from requests.learning.grades import GAINS
from requests.learning.scorer import shipped_part
from requests.matching.features import FEATURES

ROUNDS: Final = 60
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "lambdarank",
    "label_gain": list(GAINS),
    "lambdarank_truncation_level": 10,
    "lambdarank_position_bias_regularization": 1.0,
    # Small and slow: some thousand requests must not be learned by heart.
    "num_leaves": 7,
    "min_data_in_leaf": 40,
    "learning_rate": 0.05,
    "lambda_l2": 10.0,
    "feature_fraction": 0.8,
    # The same examples give the same trees.
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


class LearningUnavailable(RuntimeError):
    """LightGBM cannot be loaded here; it needs the system's OpenMP library (libgomp)."""


def fit(examples: Sequence[Example]) -> dict[str, Any]:
    """The trees learned from the examples that tell something, as ``Trees.read`` takes them. Raises
    LearningUnavailable; ValueError without such examples."""
    lightgbm = _lightgbm()
    examples = [example for example in examples if example.tells]
    if not examples:
        raise ValueError("There is nothing to learn from.")
    features = np.vstack([example.features for example in examples])
    data = lightgbm.Dataset(
        features,
        label=np.concatenate([example.grades for example in examples]),
        group=[len(example.grades) for example in examples],
        position=np.concatenate([example.places for example in examples]),
        init_score=shipped_part(features),
        feature_name=list(FEATURES),
    )
    dumped: dict[str, Any] = lightgbm.train(PARAMETERS, data, ROUNDS).dump_model()
    return {"feature_names": dumped["feature_names"], "tree_info": [_slim(tree) for tree in dumped["tree_info"]]}


def _slim(tree: dict[str, Any]) -> dict[str, Any]:
    return {"tree_structure": _slim_node(tree["tree_structure"])}


def _slim_node(node: dict[str, Any]) -> dict[str, Any]:
    """The node with nothing but what answering needs: a third of the size."""
    if "left_child" not in node:
        return {"leaf_value": node["leaf_value"]}
    kept = {name: node[name] for name in ("split_feature", "threshold", "decision_type", "internal_value")}
    return kept | {side: _slim_node(node[side]) for side in ("left_child", "right_child")}


def _lightgbm() -> Any:
    try:
        import lightgbm
    except (ImportError, OSError) as error:
        raise LearningUnavailable(
            f"LightGBM cannot be loaded ({error}). The shipped weights stay in force. On Debian: apt install libgomp1."
        ) from error
    return lightgbm
