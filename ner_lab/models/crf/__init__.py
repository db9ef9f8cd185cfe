"""The linear-chain CRF: exact likelihood, marginals, best paths and span confidences, in float32 or better.

In the order to read:

1. `crf_head`: `CRFHead`, its parameters, and where the tag scheme forbids;
2. `potentials`: `CRFPotentials`, all that losses and decoders ask for; it takes one of three ways to pass messages;
3. `chain`: the scores of a batch made ready for a recursion in both directions at once;
4. `probability_messages`: forward-backward as products of matrices, word by word: the usual way;
5. `scan_messages`: the same in a tree of products, for a GPU, where a step costs a launch;
6. `log_messages`: the same in logarithms, right where potentials are too far apart for any float;
7. `kernel_messages`: the same by one kernel a recursion, on a GPU, and all of the loss (`kernel_likelihood`) and
   of the marginals (`kernel_marginals`) by a few; `kernel_trial` says whether they are to be trusted;
8. `autograd`: likelihood and marginals with gradients derived by hand from the messages, so that nothing is recorded;
9. `decode`: Viterbi and the k best paths;
10. `scheme`: what IOB2 forbids, and the best allowed labels of independent words, which need no transitions;
11. `pytorch_crf`: likelihood and decoding by the library of that name, on the same parameters, to compare with.

RESEARCH_NOTES.md has the theory and what each way costs.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
